"""The client of the time server: it sends a strftime format, asks again if no
answer comes, and prints the answer."""

import socket
import sys

TRIES = 3


def ask(address, question, wait):
    """Sends the question, at most three times, and returns the answer."""
    host, _, port = address.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # For a UDP socket connect sends nothing: it tells our kernel where
        # datagrams go, and to let in only those that come from there.
        sock.connect((host, int(port)))
        import time; end = time.time() + wait
        for attempt in range(1, TRIES + 1):
            sock.send(question)
            try:
                sock.settimeout(max(0.05, end - time.time()))
                return sock.recv(65535)
            except socket.timeout:  # its name is TimeoutError since Python 3.10
                # Was the question lost, or the answer, or is the server slow?
                # From here it all looks the same, and the remedy is the same too.
                print(f"client: no answer to question {attempt} of {TRIES} within {wait} s", file=sys.stderr)
    sys.exit(f"client: {address} does not answer; gave up after {TRIES} questions")


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit("usage: client.py ADDRESS [FORMAT [WAIT]]")
    format = sys.argv[2] if len(sys.argv) > 2 else "%Y-%m-%d %H:%M:%S"
    wait = 1.0  # seconds
    if len(sys.argv) > 3:
        if not sys.argv[3].isdecimal() or int(sys.argv[3]) == 0:
            sys.exit(f"client: WAIT is a number of milliseconds, not {sys.argv[3]!r}")
        wait = int(sys.argv[3]) / 1000
    try:
        answer = ask(sys.argv[1], format.encode(), wait)
    except OSError as error:
        # Such as "connection refused": that host's kernel says, by ICMP, that
        # nobody has this port. Asking again at once won't help.
        sys.exit(f"client: {error}")  # standard error, status 1

    text = answer.decode(errors="backslashreplace")
    if text.startswith("error: "):
        sys.exit(text)
    # Where the terminal can't show a character, print an escape and go on.
    sys.stdout.reconfigure(errors="backslashreplace")
    print(text)


main()
