import socket
import sys

host, port = sys.argv[1].split(":")
conn = socket.create_connection((host, int(port)))
while True:
    msg_s = input(">>> ")
    conn.send(msg_s.encode())
    if msg_s == "q":
        break
    msg_r = conn.recv(1024).decode()
    if msg_r == "q":
        break
    print(msg_r)
