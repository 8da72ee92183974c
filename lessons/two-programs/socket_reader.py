import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

with socket.create_server((host, int(port))) as listener:
    # region: read
    conn, _ = listener.accept()  # waits for a writer
    with conn:
        message = b""
        while part := conn.recv(1024):  # waits until something comes
            message += part
            print("so far:", message.decode())
        print("all of it:", message.decode())  # b"" came: the writer has closed
    # endregion: read
