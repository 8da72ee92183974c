import socket
import sys


def log(*words):
    print("***", *words, file=sys.stderr)


if len(sys.argv) != 3 or not sys.argv[1].rpartition(":")[2].isdigit():
    log("wrong arguments:", sys.argv[1:])
    log("usage: client.py ADDRESS NAME")
    sys.exit(2)
host, port = sys.argv[1].split(":")
log("connecting to", host, "port", port)
try:
    conn = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    conn.connect((host, int(port)))
except Exception as error:
    log("that didn't work:", error)
    sys.exit(1)
log("connected from", conn.getsockname())
parts = []
try:
    conn.send(sys.argv[2].encode("utf-8") + b"\n")
    conn.shutdown(socket.SHUT_WR)
    while True:
        part = conn.recv(16)
        if part == b"":
            break
        parts.append(part)
except OSError as error:
    log("that came to a bad end:", error)
greeting = b"".join(parts).decode("utf-8", "replace")
log("read", len(greeting), "characters")
conn.close()
if "\n" not in greeting:
    log("no greeting, or half of one:", repr(greeting))
    sys.exit(3)
print(">>>", greeting)
