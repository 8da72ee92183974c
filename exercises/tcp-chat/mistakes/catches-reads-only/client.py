import socket
import sys

host, port = sys.argv[1].split(":")
try:
    conn = socket.create_connection((host, int(port)))
except OSError as e:
    sys.exit(str(e))
f = conn.makefile("rb")
while True:
    typed = sys.stdin.readline() or "q\n"
    conn.sendall(typed.encode())
    if typed == "q\n":
        break
    try:
        line = f.readline()
    except OSError as e:
        sys.exit(str(e))
    if not line.endswith(b"\n"):
        sys.exit("the server has gone")
    if line == b"q\n":
        break
    print(line.decode(errors="replace"), end="")
