import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
with socket.create_server((host, int(port))) as listener:
    while True:
        conn, _ = listener.accept()
        with conn:
            pass  # TODO: answer hi.
