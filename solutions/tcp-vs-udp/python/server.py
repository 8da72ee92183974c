"""The echo server (RFC 862): it sends back whatever it receives, over TCP and
over UDP at the same port."""

import socket
import sys
import threading


def echo(conn):
    """Serve one TCP client until it has closed its direction."""
    try:
        with conn:  # closes the connection, whatever happens
            # The bytes need no meaning. If the client doesn't read, sendall
            # waits: that is TCP's flow control.
            while data := conn.recv(65536):
                conn.sendall(data)
    except OSError as error:  # reset, broken pipe: it ends this client only
        print(f"client went away: {error}", file=sys.stderr)


def serve_tcp(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except ConnectionError:
            continue  # it was gone before we took it
        # A thread for each, so that a client that is silent, or doesn't read,
        # keeps nobody else waiting.
        threading.Thread(target=echo, args=(conn,), daemon=True).start()


def serve_udp(sock):
    """Serve everybody with one socket and one loop."""
    while True:
        try:
            # What doesn't fit into the buffer is lost, and no datagram is
            # longer. It may have no bytes at all: that is a datagram too.
            data, asker = sock.recvfrom(65535)
            sock.sendto(data, asker)
        except OSError as error:
            # It tells of one datagram, not of the socket: go on.
            print(f"udp: {error}", file=sys.stderr)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: server.py ADDRESS")
    host, _, port = sys.argv[1].rpartition(":")
    address = (host, int(port))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        # TCP and UDP have port numbers of their own, so one number serves twice.
        listener = socket.create_server(address)
        sock.bind(address)
    except OSError as error:
        sys.exit(f"server: listen on {sys.argv[1]}: {error}")  # standard error, status 1

    threading.Thread(target=serve_udp, args=(sock,), daemon=True).start()
    serve_tcp(listener)


main()
