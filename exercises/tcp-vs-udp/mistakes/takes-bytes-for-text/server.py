"""The echo server."""

import socket
import sys
import threading


def echo(conn, peer):
    with conn:
        while data := conn.recv(65536):
            print(peer, "says", data.decode())
            conn.sendall(data)


def serve_udp(sock):
    while True:
        data, asker = sock.recvfrom(65535)
        print(asker, "says", data.decode())
        sock.sendto(data, asker)


host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))
threading.Thread(target=serve_udp, args=(sock,), daemon=True).start()
while True:
    conn, peer = listener.accept()
    threading.Thread(target=echo, args=(conn, peer), daemon=True).start()
