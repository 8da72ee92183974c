import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.bind((host, int(port)))
s.listen()
while True:
    conn, addr = s.accept()
    conn.send(b"hi")
    data = conn.recv(1024)
    print(data)
    conn.close()
