import os
import socket
import sys
import threading

host, port = sys.argv[1].split(":")
current = None
lock = threading.Lock()


def hang_up(conn):
    try:
        conn.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is gone already


def keyboard():
    for typed in sys.stdin.buffer:
        with lock:
            conn = current
        if conn is None:
            print("nobody is there", file=sys.stderr)
            continue
        try:
            conn.sendall(typed)
        except OSError as error:
            print(error, file=sys.stderr)
        if typed == b"q\n":
            hang_up(conn)
    with lock:
        if current is not None:
            current.sendall(b"q\n")
            hang_up(current)
    os._exit(0)


listener = socket.socket()
listener.bind((host, int(port)))
listener.listen(1)
threading.Thread(target=keyboard, daemon=True).start()
while True:
    conn, caller = listener.accept()
    with lock:
        current = conn
    try:
        with conn.makefile("rb") as lines:
            for line in lines:
                if line == b"q\n" or not line.endswith(b"\n"):
                    break
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
    except OSError as error:
        print(error, file=sys.stderr)
    with lock:
        current = None
    conn.close()
