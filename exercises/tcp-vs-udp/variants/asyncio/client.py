"""The echo client."""

import socket
import sys
import threading
import time

time.sleep(0.2)  # as a slow machine would
address, kind = sys.argv[1:3]
host, _, port = address.rpartition(":")
wait = float(sys.argv[3]) / 1000 if len(sys.argv) == 4 else 1.0
everything = sys.stdin.buffer.read()


def tcp():
    conn = socket.create_connection((host, int(port)))

    def send():
        conn.sendall(everything)
        conn.shutdown(socket.SHUT_WR)

    threading.Thread(target=send, daemon=True).start()
    answer = bytearray()
    while part := conn.recv(1000):
        answer += part
    sys.stdout.buffer.write(answer)


def udp():
    print(">>> ", end="", flush=True)
    lines = everything.split(b"\n")
    if not lines[-1]:
        lines.pop()
    for message in lines:
        for attempt in range(3):
            # A new socket for each try.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.sendto(message, (host, int(port)))
                if received(sock, message):
                    break
        else:
            sys.exit("no answer")
        sys.stdout.buffer.write(message + b"\n>>> ")
        sys.stdout.buffer.flush()


def received(sock, message):
    end = time.monotonic() + wait
    while time.monotonic() < end:
        sock.settimeout(max(end - time.monotonic(), 0.001))
        try:
            data, sender = sock.recvfrom(65536)
        except socket.timeout:
            return False
        if sender == (host, int(port)) and data == message:
            return True
    return False


try:
    tcp() if kind == "tcp" else udp()
except OSError as error:
    print("sorry:", error, file=sys.stderr)
    sys.exit(3)
