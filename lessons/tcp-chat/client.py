import socket
import sys

QUIT = b"q\n"


def say(keyboard, conn):
    line = keyboard.readline() or QUIT
    conn.sendall(line)
    return line != QUIT


def hear(conn, lines):
    line = lines.readline()
    if not line.endswith(b"\n"):
        raise ConnectionError("the other side has gone")
    if line == QUIT:
        conn.settimeout(10)
        lines.read(1)  # the one who said q is the first to close
        return False
    print(line.decode(errors="backslashreplace"), end="", flush=True)
    return True


host, port = sys.argv[1].rsplit(":", 1)
keyboard = sys.stdin.buffer
with socket.create_connection((host, int(port))) as conn, conn.makefile("rb") as lines:
    while say(keyboard, conn) and hear(conn, lines):
        pass
