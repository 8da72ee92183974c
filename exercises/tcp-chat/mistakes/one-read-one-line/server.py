import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    while True:
        msg_r = conn.recv(1024).decode().strip()
        if msg_r == "q" or msg_r == "":
            break
        print(msg_r)
        msg_s = input()
        conn.sendall((msg_s + "\n").encode())
        if msg_s == "q":
            break
    conn.close()
