import socket
import sys

host, port = sys.argv[1].split(":")
try:
    s = socket.create_server((host, int(port)))
except OSError as e:
    sys.exit(str(e))
while True:
    conn, addr = s.accept()
    with conn:
        data = conn.recv(1024)
        if data:
            print(data)
            conn.sendall(b"hi")
