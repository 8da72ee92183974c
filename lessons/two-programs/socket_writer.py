import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

# region: write
with socket.create_connection((host, int(port))) as conn:
    conn.sendall(b"dinner for 1")
    print("has written a part")
    sys.stdin.readline()  # the demo says for how long to pause
    conn.sendall(b"2")
# endregion: write
