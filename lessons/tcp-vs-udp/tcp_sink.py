import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
length = int(sys.argv[2])

with socket.create_server((host, int(port))) as listener:
    print("ready", flush=True)
    conn, _ = listener.accept()
with conn:
    got = 0
    while got < length and (data := conn.recv(65536)):
        got += len(data)
    conn.sendall(f"got {got} bytes".encode())
