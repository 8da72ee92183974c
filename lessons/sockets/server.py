import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)

# region: serve
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
    listener.bind((host, int(port)))
    listener.listen()
    print("listening on", sys.argv[1])

    conn, peer = listener.accept()  # wait for a client
    with conn:
        message = conn.recv(1024)  # wait for what it says
        print(message.decode(errors="backslashreplace"))
        conn.sendall(b"hi")
# endregion: serve
