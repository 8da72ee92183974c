import socket
import sys

host, port = sys.argv[1].split(":")
name = sys.argv[2]
s = socket.socket()
s.connect((host, int(port)))
s.sendall(name.encode())
print(s.recv(1024).decode())
s.close()
