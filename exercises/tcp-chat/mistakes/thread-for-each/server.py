import socket
import sys
import threading


def talk(conn):
    with conn, conn.makefile("r", encoding="utf-8", errors="replace") as f:
        for line in f:
            if line == "q\n":
                break
            print(line, end="")
            answer = sys.stdin.readline() or "q\n"
            conn.sendall(answer.encode())
            if answer == "q\n":
                break


host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    threading.Thread(target=talk, args=(conn,)).start()
