import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

with socket.create_connection((host, int(port))) as conn:
    conn.sendall(b"x" * int(sys.argv[2]))
    answer = b""
    while part := conn.recv(1024):
        answer += part
print(answer.decode())
