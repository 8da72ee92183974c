"""The echo server."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))

while True:
    conn, peer = listener.accept()
    with conn:
        while data := conn.recv(65536):
            conn.sendall(data)

    data, asker = sock.recvfrom(65535)
    sock.sendto(data, asker)
