import socket
import sys
from urllib.parse import urlparse

text = sys.argv[1]
if text.startswith("unix:"):
    s = socket.socket(socket.AF_UNIX)
    s.bind(urlparse(text).path)
    s.listen()
else:
    host, _, port = text.rpartition(":")
    family = socket.AF_INET6 if "[" in host else socket.AF_INET
    s = socket.create_server((host.strip("[]"), int(port)), family=family)
while True:
    conn, peer = s.accept()
    with conn:
        try:
            while data := conn.recv(4096):
                conn.sendall(data)
        except OSError as error:
            print(error, file=sys.stderr)
