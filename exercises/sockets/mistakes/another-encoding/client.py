"""The client of TCP hello: it says "hello!" and prints the answer."""

import socket
import sys


def greet(host, port):
    """Say "hello!" to the server there and return its answer."""
    # Makes the calls socket and connect. connect fails if nobody listens there.
    with socket.create_connection((host, port)) as conn:
        conn.sendall(b"hello!")
        # The answer may come in several pieces. It is complete when the server
        # closes; recv then returns b"".
        answer = b""
        while part := conn.recv(1024):
            answer += part
        return answer


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: client.py ADDRESS")
    address = sys.argv[1]
    host, _, port = address.rpartition(":")
    # Where the terminal can't show a character, print an escape and go on.
    sys.stdout.reconfigure(errors="backslashreplace")

    try:
        answer = greet(host, int(port))
    except OSError as error:
        sys.exit(f"client: {address}: {error}")  # standard error, status 1
    if not answer:
        sys.exit(f"client: {address}: the server closed without an answer")
    print(answer.decode("latin-1"))  # every byte is a character there


main()
