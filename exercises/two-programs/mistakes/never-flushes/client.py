import socket
import sys

host, port = sys.argv[1].split(":")
name = sys.argv[2]
s = socket.socket()
s.connect((host, int(port)))
f = s.makefile("rw", encoding="utf-8")
f.write(name + "\n")
print(f.readline())
