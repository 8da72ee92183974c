import socket
import sys


def fail(status, why):
    print("failed")
    sys.stdout.flush()
    print("client:", why, file=sys.stderr)
    sys.exit(status)


if len(sys.argv) != 3:
    fail(2, "usage: client.py ADDRESS NAME")
address, name = sys.argv[1:]
host, _, port = address.rpartition(":")
if not host or not port.isdecimal():
    fail(2, f"{address} is no address")
print("calling", address, "for", name)
try:
    with socket.create_connection((host, int(port)), timeout=5) as conn:
        conn.sendall(f"{name}\n".encode())
        greeting = bytearray()
        while not greeting.endswith(b"\n"):
            part = conn.recv(1 << 16)
            if not part:
                fail(1, f"the server closed after {len(greeting)} bytes")
            greeting += part
except TimeoutError:
    fail(1, "the server says nothing more")
except OSError as error:
    fail(1, error)
print(f"({len(greeting)} bytes have come)")
print(greeting.decode(), end="")
