import socket
import sys

host, port = sys.argv[1].split(":")
try:
    conn = socket.create_connection((host, int(port)))
except OSError as e:
    sys.exit(str(e))
f = conn.makefile("r", encoding="utf-8", errors="replace")
while True:
    typed = sys.stdin.readline() or "q\n"
    conn.sendall(typed.encode())
    if typed == "q\n":
        break
    line = f.readline()
    if not line.endswith("\n"):
        sys.exit("the server is gone")
    print(line, end="")
conn.close()
