import socket
import sys

WAIT = 5  # seconds

host, port = sys.argv[1].rsplit(":", 1)
name = sys.argv[2]
sys.stdin.reconfigure(encoding="utf-8")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.connect((host, int(port)))
    sock.settimeout(WAIT)
    # region: fault
    for line in sys.stdin:
        msg_s = name + " : " + line.rstrip("\n")
        sock.send(msg_s.encode())
        print(sock.recv(1024).decode(), flush=True)
        if msg_s is "q":
            break
    # endregion: fault
