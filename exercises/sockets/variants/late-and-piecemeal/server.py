import socket
import sys
import time

time.sleep(0.4)  # as a program does that has much to load
host, port = sys.argv[1].split(":")
with socket.create_server((host, int(port)), backlog=1) as listener:
    while True:
        conn, _ = listener.accept()
        try:
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            message = conn.recv(1024)
            if message:
                sys.stdout.buffer.write(message + b"\n")
                sys.stdout.buffer.flush()
                conn.send(b"h")
                time.sleep(0.02)
                conn.send(b"i")
        except OSError:
            pass
        finally:
            conn.close()
