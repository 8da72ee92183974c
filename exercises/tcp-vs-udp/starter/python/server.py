"""The echo server."""

import socket
import sys


def echo(conn):
    """Serve one TCP client."""
    # TODO: send back what comes, as it comes, until the client closes its
    # direction.
    print("a client came from", conn.getpeername(), file=sys.stderr)
    conn.close()


host, _, port = sys.argv[1].rpartition(":")
address = (host, int(port))

# Makes the calls socket, bind and listen.
listener = socket.create_server(address)
# It is the same number, but another port: UDP has its own.
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(address)

# TODO: serve the UDP socket too. Who waits in accept can't wait in
# sock.recvfrom at the same time: threading.Thread does one of them.

# TODO: this serves one connection after another. What if one is silent?
while True:
    conn, peer = listener.accept()
    echo(conn)
