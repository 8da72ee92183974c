import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn:
        f = conn.makefile("rb")
        while True:
            line = f.readline()
            if not line or line.strip() == "q":
                break
            print(line.decode(errors="replace").rstrip("\n"))
            answer = input()
            conn.sendall(answer.encode() + b"\n")
            if answer == "q":
                break
