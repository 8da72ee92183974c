import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.connect((host, int(port)))
s.send(input("message: ").encode())
print(s.recv(1024).decode())
s.close()
