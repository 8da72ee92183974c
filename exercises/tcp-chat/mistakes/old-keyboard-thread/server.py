import socket
import sys
import threading


def keyboard(conn):
    for line in iter(sys.stdin.readline, ""):
        try:
            conn.sendall(line.encode())
        except OSError:
            return
        if line == "q\n":
            conn.shutdown(socket.SHUT_RDWR)
            return


host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    threading.Thread(target=keyboard, args=(conn,), daemon=True).start()
    with conn, conn.makefile("rb") as f:
        for line in f:
            if line == b"q\n":
                break
            print(line.decode(errors="replace"), end="")
