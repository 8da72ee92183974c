import socket
import sys

if len(sys.argv) != 3:
    print("usage: client.py ADDRESS NAME", file=sys.stderr)
    sys.exit(2)
host, port = sys.argv[1].split(":")
name = sys.argv[2]
try:
    s = socket.create_connection((host, int(port)))
except OSError as e:
    sys.exit(f"can't connect: {e}")
with s, s.makefile("rw", encoding="utf-8", newline="\n") as f:
    f.write(name + "\n")
    f.flush()
    print(f.readline().rstrip("\n"))
