import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

with socket.create_connection((host, int(port))) as conn:
    sent = 0
    for message in sys.stdin:
        conn.sendall(message.rstrip().encode())
        sent += 1
    # That was all: a FIN says so. The other direction stays open.
    conn.shutdown(socket.SHUT_WR)
    print("sent", sent, flush=True)
    answer = b""
    while part := conn.recv(1024):
        answer += part
print(answer.decode())
