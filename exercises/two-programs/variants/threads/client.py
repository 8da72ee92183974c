import queue
import socket
import sys
import threading

if len(sys.argv) != 3:
    sys.exit("two arguments, please: ADDRESS NAME")
address, name = sys.argv[1:]
try:
    host, port = address.split(":")
    port = int(port)
except ValueError:
    sys.exit(f"this is no address: {address}")
parts = queue.Queue()


def read(conn):
    try:
        while part := conn.recv(4096):
            parts.put(part)
    except OSError as error:
        print("reading failed:", error, file=sys.stderr)
    parts.put(None)


try:
    with socket.create_connection((host, port)) as conn:
        print("connected", flush=True)
        thread = threading.Thread(target=read, args=(conn,))
        thread.start()
        conn.sendall(name.encode() + b"\n")
        greeting = b"".join(iter(parts.get, None))
        thread.join()
except OSError as error:
    sys.exit(f"{address}: {error}")
if not greeting.endswith(b"\n"):
    sys.exit(f"{address}: no greeting")
sys.stdout.buffer.write(greeting)
