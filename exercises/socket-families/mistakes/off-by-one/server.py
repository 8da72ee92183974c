"""An echo server for three families of addresses: unix:/path/to.sock,
10.0.0.2:9007 and [fd00::2]:9007."""

import ipaddress
import os
import socket
import stat
import sys
import threading


def parse(text):
    """Return the family of an address, and what bind wants for it."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path:
            raise ValueError("unix: what is the path?")
        if not hasattr(socket, "AF_UNIX"):
            sys.exit("server: this Python has no AF_UNIX")  # on Windows
        return socket.AF_UNIX, path
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal() and int(port) < 65535):
        raise ValueError("the port is missing or no number from 0 to 65535")
    if host.startswith("[") and host.endswith("]"):
        return socket.AF_INET6, (str(ipaddress.IPv6Address(host[1:-1])), int(port))
    return socket.AF_INET, (str(ipaddress.IPv4Address(host)), int(port))


def remove_stale(path):
    """Remove the socket file that a dead server has left, and nothing else."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return  # the usual case
    if not stat.S_ISSOCK(mode):
        raise OSError("a file that is not a socket is there already")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)  # nobody listens
            return
    raise OSError("in use by another server")


def listen(family, address):
    if family == socket.AF_UNIX:
        remove_stale(address)
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        return listener
    return socket.create_server(address, family=family)


def serve(conn):
    try:
        with conn:  # closes the connection, whatever happens
            while data := conn.recv(65536):  # b"" says: the client has no more
                conn.sendall(data)
    except OSError as error:
        print(f"client went away: {error}", file=sys.stderr)


def main():
    if len(sys.argv) != 2:
        print("usage: server.py ADDRESS", file=sys.stderr)
        sys.exit(2)
    try:
        family, address = parse(sys.argv[1])
    except ValueError as error:
        print(f"server: {sys.argv[1]!r} is no address: {error}", file=sys.stderr)
        sys.exit(2)  # we were called wrongly
    try:
        listener = listen(family, address)
    except OSError as error:
        sys.exit(f"server: listen on {sys.argv[1]}: {error}")  # status 1

    # From here on the family makes no difference.
    with listener:
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=serve, args=(conn,), daemon=True).start()


main()
