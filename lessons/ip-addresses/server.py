import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
host = host.strip("[]")

# region: listen
family = socket.AF_INET6 if ":" in host else socket.AF_INET
listener = socket.create_server((host, int(port)), family=family,
                                dualstack_ipv6=host == "::")
# endregion: listen
print("listens")
while True:
    conn, peer = listener.accept()
    with conn:
        conn.sendall(b"you are " + peer[0].encode())
