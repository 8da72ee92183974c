import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.bind((host, int(port)))
s.listen()
clients = []
while True:
    conn, addr = s.accept()
    clients.append(conn)
    data = conn.recv(1024)
    if data:
        print(data)
        conn.send(b"hi")
