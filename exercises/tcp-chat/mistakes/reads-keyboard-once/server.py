import os
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
            print(line.decode(errors="replace"), end="")
            answer = os.read(0, 1024) or b"q\n"
            conn.sendall(answer)
            if answer == b"q\n":
                break
