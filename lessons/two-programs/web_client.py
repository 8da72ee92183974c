import socket
import sys

address = sys.argv[1]
host, port = address.rsplit(":", 1)

# region: ask
with socket.create_connection((host, int(port))) as conn:
    conn.sendall(f"GET /?name=Ada HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
    answer = b""
    while part := conn.recv(1024):  # until the server closes
        answer += part
    print(answer.decode().replace("\r\n", "\n"), end="")
# endregion: ask
