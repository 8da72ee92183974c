"""The echo server."""

import os
import signal
import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))
listener = socket.socket()
listener.bind((host, int(port)))
listener.listen(1)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children

if os.fork() == 0:
    while True:
        data, asker = sock.recvfrom(65535)
        sock.sendto(data, asker)

while True:
    conn, peer = listener.accept()
    if os.fork() == 0:
        listener.close()
        try:
            while data := conn.recv(512):
                conn.sendall(data)
        except OSError:
            pass
        os._exit(0)
    conn.close()
