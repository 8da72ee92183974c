import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    text = ""
    while True:
        while "\n" not in text:
            text += conn.recv(4096).decode("utf-8")
        line, text = text.split("\n", 1)
        if line == "q":
            break
        print(line)
        answer = input()
        conn.sendall((answer + "\n").encode("utf-8"))
        if answer == "q":
            break
    conn.close()
