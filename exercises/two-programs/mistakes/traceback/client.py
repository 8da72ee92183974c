import socket
import sys

if len(sys.argv) != 3:
    print("usage: client.py ADDRESS NAME", file=sys.stderr)
    sys.exit(2)
host, port = sys.argv[1].split(":")
name = sys.argv[2]
s = socket.create_connection((host, int(port)))
try:
    s.sendall(f"{name}\n".encode())
    greeting = s.makefile("rb").readline()
except OSError as e:
    sys.exit(f"no greeting: {e}")
if not greeting.endswith(b"\n"):
    sys.exit("no greeting")
print(greeting.decode(), end="")
