"""The echo server."""

import socket
import sys
import threading


def echo(conn):
    try:
        with conn:
            while data := conn.recv(1024):
                conn.sendall(data)
    except OSError as error:
        print(error, file=sys.stderr)


def serve_tcp(listener):
    while True:
        conn, peer = listener.accept()
        threading.Thread(target=echo, args=(conn,), daemon=True).start()


host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))
threading.Thread(target=serve_tcp, args=(listener,), daemon=True).start()
while True:
    data, asker = sock.recvfrom(1024)
    sock.sendto(data, asker)
