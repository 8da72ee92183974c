import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.bind((host, int(port)))
s.listen()
while True:
    conn, addr = s.accept()
    with conn:
        words = conn.recv(1024).decode(errors="replace").split()
        if words:
            print(*words)
            conn.sendall(b"hi")
