import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.connect((host, int(port)))
name = input("What is your name? ")
s.sendall((name + "\n").encode())
print(s.recv(1024).decode())
s.close()
