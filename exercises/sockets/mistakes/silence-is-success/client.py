import socket
import sys

host, port = sys.argv[1].split(":")
try:
    s = socket.create_connection((host, int(port)))
except OSError as e:
    sys.exit(str(e))
s.sendall(b"hello!")
answer = b""
while True:
    data = s.recv(1024)
    if not data:
        break
    answer += data
s.close()
print(answer)
