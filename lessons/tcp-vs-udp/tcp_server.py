import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

with socket.create_server((host, int(port))) as listener:
    print("ready", flush=True)
    conn, _ = listener.accept()
with conn:
    sys.stdin.readline()  # busy until somebody presses Enter
    # region: server
    reads = total = 0
    while data := conn.recv(1024):  # b"" is the end of the stream
        reads, total = reads + 1, total + len(data)
        print(f'"{data.decode()}"', flush=True)
    conn.sendall(f"reads: {reads}, bytes: {total}".encode())
    # endregion: server
