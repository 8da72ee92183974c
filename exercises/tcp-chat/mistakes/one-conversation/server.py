import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.bind((host, int(port)))
s.listen(1)
conn, addr = s.accept()
f = conn.makefile("r", encoding="utf-8", errors="replace")
while True:
    line = f.readline()
    if line in ("", "q\n"):
        break
    print(">>>", line, end="")
    answer = sys.stdin.readline() or "q\n"
    conn.sendall(answer.encode())
    if answer == "q\n":
        break
conn.close()
s.close()
