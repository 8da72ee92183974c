import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
length = int(sys.argv[2])

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind((host, int(port)))
    print("ready", flush=True)
    got = 0
    while got < length:
        data, sender = sock.recvfrom(65535)
        got += len(data)
    sock.sendto(f"got {got} bytes".encode(), sender)
