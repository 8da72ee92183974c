import socket
import sys

host, port = sys.argv[1].split(":")
sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
try:
    sock.connect((host, int(port)))
    for byte in b"hello!":
        sock.send(bytes([byte]))
    answer = []
    while True:
        byte = sock.recv(1)
        if not byte:
            break
        answer.append(byte)
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(3)
sock.close()
if not answer:
    print("nothing came", file=sys.stderr)
    sys.exit(4)
print(b"".join(answer))
