import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

# region: talk
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as conn:
    conn.connect((host, int(port)))
    conn.sendall(b"hello!")

    answer = b""
    while part := conn.recv(1024):  # b"" means that the server has closed
        answer += part
    print(answer.decode(errors="backslashreplace"))
# endregion: talk
