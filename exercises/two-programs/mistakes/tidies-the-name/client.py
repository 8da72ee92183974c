import socket
import sys

host, port = sys.argv[1].split(":")
name = sys.argv[2].title()
s = socket.socket()
s.connect((host, int(port)))
s.sendall((name + "\n").encode())
answer = b""
while data := s.recv(1024):
    answer += data
print(answer.decode())
