"""The echo server."""

import socket
import sys
import threading


def serve_tcp(listener):
    while True:
        conn, peer = listener.accept()
        threading.Thread(target=echo, args=(conn,), daemon=True).start()


def echo(conn):
    try:
        with conn:
            while data := conn.recv(65536):
                conn.sendall(data)
    except OSError as error:
        print(error, file=sys.stderr)


host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))
threading.Thread(target=serve_tcp, args=(listener,), daemon=True).start()
while True:
    data, asker = sock.recvfrom(65535)
    sock.connect(asker)
    sock.send(data)
