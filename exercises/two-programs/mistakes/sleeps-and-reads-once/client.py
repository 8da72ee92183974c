import socket
import sys
import time

host, port = sys.argv[1].split(":")
name = sys.argv[2]
s = socket.socket()
s.connect((host, int(port)))
s.sendall((name + "\n").encode())
time.sleep(1)  # by then all is here
print(s.recv(4096).decode())
s.close()
