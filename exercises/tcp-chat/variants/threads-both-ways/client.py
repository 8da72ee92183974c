import os
import socket
import sys
import threading

host, port = sys.argv[1].split(":")
try:
    conn = socket.create_connection((host, int(port)))
except OSError as error:
    sys.exit(f"can't call {sys.argv[1]}: {error}")


ending = threading.Lock()


def end(status, why=None):
    ending.acquire()  # for ever: the first who ends it says how
    if why:
        print(why, file=sys.stderr)
    try:
        conn.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is gone already
    os._exit(status)


def hear():
    try:
        with conn.makefile("rb") as lines:
            for line in lines:
                if line == b"q\n":
                    end(0)
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
    except OSError as error:
        end(1, error)
    end(1, "the server is gone")


threading.Thread(target=hear, daemon=True).start()
try:
    for typed in sys.stdin.buffer:
        conn.sendall(typed)
        if typed == b"q\n":
            end(0)
    conn.sendall(b"q\n")
    end(0)
except OSError as error:
    end(1, error)
