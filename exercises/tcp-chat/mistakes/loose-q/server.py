import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn, conn.makefile("rb") as f:
        for line in f:
            if line.strip().lower() == b"q":
                break
            print(line.decode(errors="replace"), end="")
            answer = sys.stdin.readline() or "q\n"
            conn.sendall(answer.encode())
            if answer.strip().lower() == "q":
                break
