"""The echo server."""

import select
import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))

owed = {}  # what each client has not taken yet
while True:
    readers = [listener, sock, *owed]
    writers = [conn for conn in owed if owed[conn]]
    readable, writable, _ = select.select(readers, writers, [])
    for s in writable:
        try:
            owed[s] = owed[s][s.send(owed[s]):]
        except OSError:
            owed[s] = b""
    for s in readable:
        if s is listener:
            conn, peer = listener.accept()
            conn.setblocking(False)
            owed[conn] = b""
        elif s is sock:
            data, asker = sock.recvfrom(65535)
            sock.sendto(data, asker)
        else:
            try:
                data = s.recv(65536)
            except OSError:
                data = b""
            owed[s] += data
            if not data:
                del owed[s]
                s.close()
