import socket
import sys

name = sys.argv[2]
s = socket.socket()
s.connect(("127.0.0.1", 9000))
s.sendall((name + "\n").encode())
print(s.recv(1024).decode())
s.close()
