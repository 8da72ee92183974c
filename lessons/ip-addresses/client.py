import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
host = host.strip("[]")

try:
    with socket.create_connection((host, int(port))) as conn:
        heard = b""
        while part := conn.recv(1024):  # b"" means that the server has closed
            heard += part
    print(heard.decode(errors="backslashreplace"))
except OSError as error:
    sys.exit(f"client: connect: {error.strerror.lower()}")
