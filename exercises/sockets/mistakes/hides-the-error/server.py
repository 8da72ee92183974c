import socket
import sys


def serve(conn):
    try:
        data = conn.recv(1024)
        if data:
            print(data)
            conn.sendall(b"hi")
    except OSError as e:
        print("error:", e)
    finally:
        conn.close()


host, port = sys.argv[1].split(":")
try:
    s = socket.create_server((host, int(port)))
    while True:
        conn, addr = s.accept()
        serve(conn)
except OSError as e:
    print("error:", e)
