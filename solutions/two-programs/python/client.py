"""The client: it sends a name as a line and prints the greeting that comes back."""

import socket
import sys


def introduce(host, port, name):
    """Tell the server there a name and return its greeting, as bytes."""
    # If nobody listens there, this raises an OSError, and so does a read from a
    # connection that the server has reset.
    with socket.create_connection((host, port)) as conn:
        conn.sendall(f"{name}\n".encode())
        # The greeting may come in pieces. readline reads as often as it takes to
        # get to the line end, and returns what there is if the server closes before.
        with conn.makefile("rb") as file:
            return file.readline()


def main():
    if len(sys.argv) != 3:
        print("usage: client.py ADDRESS NAME", file=sys.stderr)
        sys.exit(2)
    address, name = sys.argv[1:]
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        print(f"client: {address!r} is no address such as 127.0.0.1:9000", file=sys.stderr)
        sys.exit(2)

    try:
        greeting = introduce(host, int(port), name)
    except OSError as error:
        sys.exit(f"client: {address}: {error}")  # standard error, status 1
    if not greeting.endswith(b"\n"):
        sys.exit(f"client: {address} closed before its greeting was complete")
    # Bytes become text only now that all are here. Where the terminal can't show
    # a character, print an escape and go on.
    sys.stdout.reconfigure(errors="backslashreplace")
    print(greeting.decode(errors="backslashreplace"), end="")


main()
