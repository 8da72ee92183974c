"""The chat's client: it sends each line that it reads under its name, and
prints the answers."""

import re
import socket
import sys

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def visible(text):
    r"""Shows control characters, which a terminal would obey, as \xNN."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def ask(sock, message):
    """Sends a message and returns the answer to it."""
    sock.send(message.encode(errors="surrogateescape"))
    # Bytes that are not UTF-8 become \xNN.
    return sock.recv(65535).decode(errors="backslashreplace")


def chat(sock, name):
    """Talks with the server until q is typed or the input ends."""
    for line in sys.stdin:
        line = line.rstrip("\n")
        # One line's trouble is not the end of the conversation.
        try:
            print(visible(ask(sock, f"{name} : {line}")), flush=True)
        except socket.timeout:  # its name is TimeoutError since Python 3.10
            print(f"client: no answer within {sock.gettimeout()} s", file=sys.stderr)
        except OSError as error:
            # Such as "connection refused": that host's kernel says, by ICMP,
            # that nobody has this port.
            print(f"client: {error}", file=sys.stderr)
        # The line, and not what was sent: that begins with the name.
        if line == "q":
            return


def main():
    if not 3 <= len(sys.argv) <= 4:
        sys.exit("usage: client.py ADDRESS NAME [WAIT]")
    address, name = sys.argv[1:3]
    host, _, port = address.rpartition(":")
    wait = 1.0  # seconds
    if len(sys.argv) > 3:
        if not sys.argv[3].isdecimal() or int(sys.argv[3]) == 0:
            sys.exit(f"client: WAIT is a number of milliseconds, not {sys.argv[3]!r}")
        wait = int(sys.argv[3]) / 1000
    # Not every system's standard streams take all characters by themselves.
    # "surrogateescape" lets bytes that are not UTF-8 through as they are.
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    sys.stdout.reconfigure(encoding="utf-8")

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # For a UDP socket connect sends nothing: it tells our kernel where
        # datagrams go, and to let in only those that come from there. The
        # server knows us by this socket's port, so it stays the same for all
        # lines.
        sock.connect((host, int(port)))
        sock.settimeout(wait)
        chat(sock, name)


main()
