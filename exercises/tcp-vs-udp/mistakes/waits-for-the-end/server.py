"""The echo server."""

import socket
import sys
import threading


def echo(conn):
    with conn:
        everything = b""
        while data := conn.recv(65536):
            everything += data
        conn.sendall(everything)


def serve_udp(sock):
    while True:
        data, asker = sock.recvfrom(65535)
        sock.sendto(data, asker)


host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))
threading.Thread(target=serve_udp, args=(sock,), daemon=True).start()
while True:
    conn, peer = listener.accept()
    threading.Thread(target=echo, args=(conn,), daemon=True).start()
