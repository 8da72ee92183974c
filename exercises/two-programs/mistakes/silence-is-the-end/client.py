import socket
import sys

host, port = sys.argv[1].split(":")
name = sys.argv[2]
s = socket.socket()
s.connect((host, int(port)))
s.sendall((name + "\n").encode())
s.settimeout(0.3)
answer = b""
try:
    while data := s.recv(1024):
        answer += data
except TimeoutError:
    pass  # nothing more comes
print(answer.decode().rstrip("\n"))
