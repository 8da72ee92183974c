"""The client of the time server."""

import socket
import sys

TRIES = 3
WAIT = 0.9


def ask(address, question):
    """Sends the question, at most three times, and returns the answer."""
    host, _, port = address.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((host, int(port)))
        sock.settimeout(WAIT)
        for attempt in range(1, TRIES + 1):
            sock.send(question)
            try:
                return sock.recv(65535)
            except socket.timeout:
                print(f"client: no answer to question {attempt} of {TRIES} within {WAIT} s", file=sys.stderr)
    sys.exit(f"client: {address} does not answer; gave up after {TRIES} questions")


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit("usage: client.py ADDRESS [FORMAT [WAIT]]")
    format = sys.argv[2] if len(sys.argv) > 2 else "%Y-%m-%d %H:%M:%S"
    try:
        answer = ask(sys.argv[1], format.encode())
    except OSError as error:
        sys.exit(f"client: {error}")

    text = answer.decode(errors="backslashreplace")
    if text.startswith("error: "):
        sys.exit(text)
    sys.stdout.reconfigure(errors="backslashreplace")
    print(text)


main()
