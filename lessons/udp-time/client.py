import socket
import sys

WAIT = 1  # seconds
TRIES = 3


# region: ask
def ask(sock, format):
    for _ in range(TRIES):
        sock.send(format.encode())
        sock.settimeout(WAIT)
        try:
            return sock.recv(65535).decode()
        except socket.timeout:  # its name is TimeoutError since Python 3.10
            print(f"no answer within {WAIT}s", flush=True)
    sys.exit(f"client: asked {TRIES} times, no answer")
# endregion: ask


host, port = sys.argv[1].rsplit(":", 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.connect((host, int(port)))
    answer = ask(sock, sys.argv[2])
if answer.startswith("error: "):
    sys.exit(f"client: {answer}")
print(answer)
