"""The echo server."""

import select
import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))

waiting = [listener, sock]
while True:
    ready, _, _ = select.select(waiting, [], [])
    for s in ready:
        if s is listener:
            conn, peer = listener.accept()
            waiting.append(conn)
        elif s is sock:
            data, asker = sock.recvfrom(65535)
            sock.sendto(data, asker)
        else:
            try:
                data = s.recv(65536)
                s.sendall(data)
            except OSError:
                data = b""
            if not data:
                waiting.remove(s)
                s.close()
