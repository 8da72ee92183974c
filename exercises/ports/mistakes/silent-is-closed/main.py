import ipaddress
import socket
import sys
from concurrent.futures import ThreadPoolExecutor


def knock(target):
    with socket.socket() as sock:
        sock.settimeout(1)
        try:
            sock.connect(target)
        except OSError:
            return "closed"
        return "open"


def main():
    try:
        address = str(ipaddress.ip_address(sys.argv[1]))
        first, last = int(sys.argv[2]), int(sys.argv[3])
        if not 1 <= first <= last <= 65535:
            raise ValueError("bad range")
    except (IndexError, ValueError) as error:
        sys.exit(f"usage: main.py ADDRESS FIRST LAST ({error})")
    ports = range(first, last + 1)
    with ThreadPoolExecutor(100) as pool:
        states = list(pool.map(knock, [(address, port) for port in ports]))
    for port, state in zip(ports, states):
        if state != "closed":
            print(port, state)
    print(states.count("closed"), "closed")


main()
