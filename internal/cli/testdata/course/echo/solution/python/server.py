import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
with socket.create_server((host, int(port))) as listener:
    conn, _ = listener.accept()
    with conn:
        conn.sendall(conn.recv(100))
