import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.socket()
s.bind((host, int(port)))
s.listen()
print("waiting for a client")
conn, addr = s.accept()
data = conn.recv(1024)
print(data.decode())
conn.send("hi".encode())
conn.close()
s.close()
