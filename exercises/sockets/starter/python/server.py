"""The server of TCP hello."""

import socket
import sys


def serve(conn):
    """Talk to one client."""
    # TODO: read the message (at most 1,024 bytes), print it as a line,
    # answer "hi", and close the connection.
    print("a client came from", conn.getpeername(), file=sys.stderr)


host, _, port = sys.argv[1].rpartition(":")

# Makes the calls socket, bind and listen. From here on the kernel takes
# connections for us and keeps them until we accept them.
listener = socket.create_server((host, int(port)))

# TODO: this accepts one client only. Serve one after another, for ever.
conn, peer = listener.accept()
serve(conn)
