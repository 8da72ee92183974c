import re
import socket
import sys

WAIT = 5  # seconds


def visible(text):
    return re.sub("[\x00-\x1f\x7f-\x9f]", lambda c: f"\\x{ord(c[0]):02x}", text)


def ask(sock, message):
    sock.send(message.encode())
    try:
        return sock.recv(65535).decode(errors="backslashreplace")
    except socket.timeout:  # its name is TimeoutError since Python 3.10
        return f"no answer within {WAIT}s"


host, port = sys.argv[1].rsplit(":", 1)
name = sys.argv[2]
sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.connect((host, int(port)))
    sock.settimeout(WAIT)
    # region: talk
    for line in sys.stdin:
        line = line.rstrip("\n")
        print(visible(ask(sock, f"{name} : {line}")), flush=True)
        if line == "q":
            break
    # endregion: talk
