import socket
import sys

host, port = sys.argv[1].split(":")
try:
    s = socket.create_connection((host, int(port)))
except OSError as e:
    sys.exit(str(e))
s.sendall(b"hello!")
data = s.recv(1024)
s.close()
if not data:
    sys.exit("no answer")
print(data.decode())
