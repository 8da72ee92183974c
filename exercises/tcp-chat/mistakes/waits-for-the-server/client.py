import socket
import sys

host, port = sys.argv[1].split(":")
conn = socket.create_connection((host, int(port)))
f = conn.makefile("r", encoding="utf-8")
while True:
    line = f.readline()
    if line in ("", "q\n"):
        break
    print(line, end="")
    conn.sendall((input() + "\n").encode())
