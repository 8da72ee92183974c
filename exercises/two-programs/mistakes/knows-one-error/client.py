import socket
import sys

if len(sys.argv) != 3:
    print("usage: client.py ADDRESS NAME", file=sys.stderr)
    sys.exit(2)
host, port = sys.argv[1].split(":")
name = sys.argv[2]
try:
    s = socket.create_connection((host, int(port)))
    s.sendall(f"{name}\n".encode())
    greeting = s.makefile("rb").readline()
except ConnectionRefusedError:
    sys.exit("nobody listens")
if not greeting.endswith(b"\n"):
    sys.exit("no greeting")
print(greeting.decode(), end="")
