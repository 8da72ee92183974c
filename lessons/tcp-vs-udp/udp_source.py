import socket
import sys

PIECE = 1448  # as many bytes as a TCP segment carries on this wire

host, port = sys.argv[1].rsplit(":", 1)
length = int(sys.argv[2])

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.connect((host, int(port)))
    for begin in range(0, length, PIECE):
        sock.send(b"x" * min(PIECE, length - begin))
    sock.settimeout(5)
    print(sock.recv(65535).decode())
