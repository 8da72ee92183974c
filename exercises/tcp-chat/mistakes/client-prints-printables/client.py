import socket
import sys

host, port = sys.argv[1].split(":")
try:
    with socket.create_connection((host, int(port))) as conn, conn.makefile("rb") as f:
        while True:
            typed = sys.stdin.buffer.readline() or b"q\n"
            conn.sendall(typed)
            if typed == b"q\n":
                break
            line = f.readline()
            if not line.endswith(b"\n"):
                sys.exit("the server has gone")
            if line == b"q\n":
                break
            print("".join(c for c in line.decode(errors="replace") if c.isprintable()))
except OSError as e:
    sys.exit(str(e))
