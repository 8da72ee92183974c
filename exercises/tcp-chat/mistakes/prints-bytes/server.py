import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn:
        f = conn.makefile("rb")
        while True:
            line = f.readline().rstrip(b"\n")
            if line == b"q":
                break
            print(line)
            answer = input()
            conn.sendall(answer.encode() + b"\n")
            if answer == "q":
                break
