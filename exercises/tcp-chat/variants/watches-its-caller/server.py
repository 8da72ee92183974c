import os
import select
import socket
import sys

typed_ahead = b""


def line_of(fd, rest):
    """Reads until there is a whole line in rest, and returns it and what is left."""
    while b"\n" not in rest:
        data = os.read(fd, 4096)
        if not data:
            return b"", b""
        rest += data
    line, _, rest = rest.partition(b"\n")
    return line + b"\n", rest


def typed_or_gone(conn):
    """Waits for the keyboard, but no longer than the caller stays."""
    global typed_ahead
    watched = [0, conn]
    while b"\n" not in typed_ahead:
        ready = select.select(watched, [], [])[0]
        if conn in ready:
            if not conn.recv(1, socket.MSG_PEEK):
                raise ConnectionError("the caller is gone")
            watched = [0]  # it has said the next line already, which is for its turn
            continue
        data = os.read(0, 4096)
        if not data:
            return b""
        typed_ahead += data
    line, _, typed_ahead = typed_ahead.partition(b"\n")
    return line + b"\n"


def talk(conn):
    rest = b""
    while True:
        line, rest = line_of(conn.fileno(), rest)
        if line in (b"", b"q\n"):
            return
        os.write(1, line)
        line = typed_or_gone(conn)
        conn.sendall(line or b"q\n")
        if not line:
            sys.exit(0)
        if line == b"q\n":
            return


host, port = sys.argv[1].split(":")
with socket.create_server((host, int(port))) as listener:
    while True:
        conn, caller = listener.accept()
        try:
            with conn:
                talk(conn)
        except OSError as error:
            print(error, file=sys.stderr)
