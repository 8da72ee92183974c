import socket
import sys


def main():
    if len(sys.argv) != 3:
        print("usage: client.py ADDRESS NAME", file=sys.stderr)
        sys.exit(2)
    address, name = sys.argv[1:]
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        print(f"client: {address!r} is no address", file=sys.stderr)
        sys.exit(2)
    try:
        with socket.create_connection((host, int(port))) as conn:
            conn.sendall(f"{name}\n".encode())
            with conn.makefile("rb") as file:
                greeting = file.readline()
    except OSError as error:
        sys.exit(f"client: {address}: {error}")
    if not greeting.endswith(b"\n"):
        sys.exit("client: no whole greeting")
    print(greeting.decode().expandtabs(), end="")


main()
