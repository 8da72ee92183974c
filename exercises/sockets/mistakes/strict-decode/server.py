import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.bind((host, int(port)))
s.listen()
while True:
    conn, addr = s.accept()
    with conn:
        text = conn.recv(1024).decode()
        if text:
            print(text)
            conn.sendall(b"hi")
