import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.bind((host, int(port)))
s.listen()
while True:
    conn, addr = s.accept()
    with conn:
        data = conn.recv(1024)
        if not data:
            break
        print(data)
        conn.sendall(b"hi")
