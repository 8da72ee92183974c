"""The client of the time server."""

import socket
import sys

TRIES = 3


def ask(address, question, wait):
    """Sends the question, at most three times, and returns the answer."""
    host, _, port = address.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(wait)
        for attempt in range(1, TRIES + 1):
            sock.sendto(question, (host, int(port)))
            try:
                while True:
                    answer, sender = sock.recvfrom(65535)
                    if sender == (host, int(port)):
                        return answer
                    sock.sendto(question, (host, int(port)))
            except socket.timeout:
                print(f"client: no answer to question {attempt} of {TRIES} within {wait} s", file=sys.stderr)
    sys.exit(f"client: {address} does not answer; gave up after {TRIES} questions")


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit("usage: client.py ADDRESS [FORMAT [WAIT]]")
    format = sys.argv[2] if len(sys.argv) > 2 else "%Y-%m-%d %H:%M:%S"
    wait = 1.0
    if len(sys.argv) > 3:
        if not sys.argv[3].isdecimal() or int(sys.argv[3]) == 0:
            sys.exit(f"client: WAIT is a number of milliseconds, not {sys.argv[3]!r}")
        wait = int(sys.argv[3]) / 1000
    try:
        answer = ask(sys.argv[1], format.encode(), wait)
    except OSError as error:
        sys.exit(f"client: {error}")

    text = answer.decode(errors="backslashreplace")
    if text.startswith("error: "):
        sys.exit(text)
    sys.stdout.reconfigure(errors="backslashreplace")
    print(text)


main()
