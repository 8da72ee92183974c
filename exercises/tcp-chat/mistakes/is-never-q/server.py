import socket
import sys

NAME = "server"

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn, conn.makefile("r", encoding="utf-8", errors="replace") as f:
        for line in f:
            if line == "q\n":
                break
            print(line, end="")
            text = input()
            conn.sendall(text.encode() + b"\n")
            msg_s = NAME + ": " + text
            print(msg_s, file=sys.stderr)
            if msg_s is 'q':
                break
