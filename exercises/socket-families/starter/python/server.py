"""An echo server for three families of addresses."""

import socket
import sys


def serve(conn):
    """Talk to one client."""
    # TODO: send back what the client says, until it has no more to say.


def main():
    if len(sys.argv) != 2:
        print("usage: server.py ADDRESS", file=sys.stderr)
        sys.exit(2)
    # TODO: the address may also be unix:/path/to.sock or [fd00::2]:9007. Tell
    # the families apart, and refuse what is no address with status 2.
    host, _, port = sys.argv[1].rpartition(":")

    # TODO: at the path of a unix socket, remove what a dead server has left,
    # but never a socket that lives, and never another kind of file.
    listener = socket.create_server((host, int(port)))
    while True:
        conn, _ = listener.accept()
        with conn:
            serve(conn)


main()
