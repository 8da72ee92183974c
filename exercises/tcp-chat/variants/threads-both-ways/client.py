import os
import socket
import sys
import threading

host, port = sys.argv[1].split(":")
try:
    conn = socket.create_connection((host, int(port)))
except OSError as error:
    sys.exit(f"can't call {sys.argv[1]}: {error}")


def end(status):
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
        print(error, file=sys.stderr)
    print("the server is gone", file=sys.stderr)
    end(1)


threading.Thread(target=hear, daemon=True).start()
for typed in sys.stdin.buffer:
    conn.sendall(typed)
    if typed == b"q\n":
        end(0)
conn.sendall(b"q\n")
end(0)
