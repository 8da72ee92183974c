import socket
import sys

host, port = sys.argv[1].split(":")


def listen():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, int(port)))
    s.listen(1)
    return s


s = listen()
while True:
    conn, addr = s.accept()
    s.close()
    with conn, conn.makefile("r", encoding="utf-8", errors="replace") as f:
        for line in f:
            if line == "q\n":
                break
            print(line, end="")
            answer = sys.stdin.readline() or "q\n"
            conn.sendall(answer.encode())
            if answer == "q\n":
                break
        s = listen()
