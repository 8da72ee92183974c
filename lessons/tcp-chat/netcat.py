import os
import socket
import sys
import threading

host, port = sys.argv[1].rsplit(":", 1)
conn = socket.create_connection((host, int(port)))


def show():
    while part := conn.recv(1024):
        sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()


threading.Thread(target=show, daemon=True).start()
while part := os.read(0, 1024):  # what is there, without waiting for a whole line
    conn.sendall(part)
