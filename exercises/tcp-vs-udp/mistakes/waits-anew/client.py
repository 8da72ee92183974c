"""The echo client."""

import socket
import sys
import threading


def over_tcp(address):
    conn = socket.create_connection(address)
    threading.Thread(target=send_input, args=(conn,), daemon=True).start()
    while data := conn.recv(65536):
        sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def send_input(conn):
    conn.sendall(sys.stdin.buffer.read())
    conn.shutdown(socket.SHUT_WR)


def over_udp(address, wait):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(address)
    for line in sys.stdin.buffer:
        message = line.rstrip(b"\n")
        ask(sock, message, wait)
        sys.stdout.buffer.write(message + b"\n")
        sys.stdout.buffer.flush()


def ask(sock, message, wait):
    for attempt in range(3):
        sock.send(message)
        sock.settimeout(wait)
        try:
            while sock.recv(65535) != message:
                pass
            return
        except socket.timeout:
            pass
    sys.exit("client: no answer, tried three times")


host, _, port = sys.argv[1].rpartition(":")
wait = int(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 1
try:
    if sys.argv[2] == "tcp":
        over_tcp((host, int(port)))
    else:
        over_udp((host, int(port)), wait)
except OSError as error:
    sys.exit(f"client: {error}")
