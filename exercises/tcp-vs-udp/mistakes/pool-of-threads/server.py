"""The echo server."""

import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor


def serve_tcp(listener):
    pool = ThreadPoolExecutor(8)
    while True:
        conn, peer = listener.accept()
        pool.submit(echo, conn)


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
    sock.sendto(data, asker)
