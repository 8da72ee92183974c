import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind((host, int(port)))
    print("ready", flush=True)
    sys.stdin.readline()  # busy until somebody presses Enter
    # region: server
    reads = total = 0
    while True:
        data, sender = sock.recvfrom(1024)
        if not data:  # the end, by agreement
            break
        reads, total = reads + 1, total + len(data)
        print(f'"{data.decode()}"', flush=True)
    sock.sendto(f"reads: {reads}, bytes: {total}".encode(), sender)
    # endregion: server
