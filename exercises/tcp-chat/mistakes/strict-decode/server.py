import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn, conn.makefile("rb") as f:
        for line in f:
            if line == b"q\n":
                break
            print(line.decode(), end="")
            answer = sys.stdin.readline() or "q\n"
            conn.sendall(answer.encode())
            if answer == "q\n":
                break
