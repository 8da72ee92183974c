import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
word = sys.argv[2] if len(sys.argv) > 2 else "echo"
with socket.create_connection((host, int(port))) as conn:
    conn.sendall(word.encode())
    print(conn.recv(100).decode())
