import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn, conn.makefile("r", encoding="utf-8", errors="replace") as f:
        for line in f:
            if line.startswith("q"):
                break
            print(line, end="")
            answer = sys.stdin.readline() or "q\n"
            conn.sendall(answer.encode())
            if answer.startswith("q"):
                break
