"""The chat's client."""

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
    return sock.recv(65535).decode(errors="backslashreplace")


def chat(sock, name):
    """Talks with the server until q is typed or the input ends."""
    for line in sys.stdin:
        line = line.rstrip("\n")
        try:
            print(visible(ask(sock, f"{name} : {line}")), flush=True)
        except socket.timeout:
            print(f"client: no answer within {sock.gettimeout()} s", file=sys.stderr)
            continue
        except OSError as error:
            print(f"client: {error}", file=sys.stderr)
        if line == "q":
            return


def main():
    if not 3 <= len(sys.argv) <= 4:
        sys.exit("usage: client.py ADDRESS NAME [WAIT]")
    address, name = sys.argv[1:3]
    host, _, port = address.rpartition(":")
    wait = 1.0
    if len(sys.argv) > 3:
        if not sys.argv[3].isdecimal() or int(sys.argv[3]) == 0:
            sys.exit(f"client: WAIT is a number of milliseconds, not {sys.argv[3]!r}")
        wait = int(sys.argv[3]) / 1000
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    sys.stdout.reconfigure(encoding="utf-8")

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((host, int(port)))
        sock.settimeout(wait)
        chat(sock, name)


main()
