import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.connect((host, int(port)))
    sent = 0
    for message in sys.stdin:
        sock.send(message.rstrip().encode())
        sent += 1
    # UDP knows no end. These two agree that an empty datagram is one.
    sock.send(b"")
    print("sent", sent, flush=True)
    sock.settimeout(5)
    print(sock.recv(65535).decode())
