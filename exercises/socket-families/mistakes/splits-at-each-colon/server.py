import socket
import sys

text = sys.argv[1]
if text.startswith("unix:"):
    s = socket.socket(socket.AF_UNIX)
    s.bind(text[5:])
    s.listen()
else:
    host, port = text.split(":")
    s = socket.create_server((host, int(port)))
while True:
    conn, peer = s.accept()
    with conn:
        try:
            while data := conn.recv(4096):
                conn.sendall(data)
        except OSError as error:
            print(error, file=sys.stderr)
