import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn, conn.makefile("r", encoding="utf-8", errors="replace") as f:
        while True:
            line = f.readline().strip()
            if not line or line == "q":
                break
            print(line)
            answer = input()
            conn.sendall(answer.encode() + b"\n")
            if answer == "q":
                break
