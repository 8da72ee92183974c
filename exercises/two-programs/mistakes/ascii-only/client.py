import socket
import sys

host, port = sys.argv[1].split(":")
name = sys.argv[2]
s = socket.socket()
s.connect((host, int(port)))
s.sendall(bytes(name + "\n", "ascii"))
answer = b""
while True:
    data = s.recv(1024)
    if not data:
        break
    answer += data
print(answer.decode())
