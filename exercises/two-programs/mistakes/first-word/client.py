import socket
import sys

if len(sys.argv) < 3:
    sys.exit("usage: client.py ADDRESS NAME")
host, _, port = sys.argv[1].rpartition(":")
if not port.isdecimal():
    sys.exit(f"no port in {sys.argv[1]}")
name = sys.argv[2]
try:
    s = socket.create_connection((host, int(port)))
    s.sendall(f"{name}\n".encode())
    greeting = s.makefile("rb").readline()
except OSError as e:
    sys.exit(f"no greeting: {e}")
if not greeting.endswith(b"\n"):
    sys.exit("no greeting")
print(greeting.decode(), end="")
