import ipaddress
import socket
import sys
from concurrent.futures import ThreadPoolExecutor


def knock(target):
    with socket.socket(socket.AF_INET6 if ":" in target[0] else socket.AF_INET) as sock:
        sock.settimeout(0.2)
        try:
            sock.connect(target)
        except ConnectionRefusedError:
            return "closed"
        except socket.timeout:
            return "silent"
        return "open"


def main():
    try:
        address = str(ipaddress.ip_address(sys.argv[1]))
        first, last = int(sys.argv[2]), int(sys.argv[3])
        wait = int(sys.argv[4]) / 1000 if len(sys.argv) > 4 else 1
        if not 1 <= first <= last <= 65535 or wait <= 0:
            raise ValueError("bad range or WAIT")
    except (IndexError, ValueError) as error:
        sys.exit(f"usage: main.py ADDRESS FIRST LAST [WAIT] ({error})")
    ports = range(first, last + 1)
    with ThreadPoolExecutor(100) as pool:
        states = list(pool.map(lambda port: knock((address, port)), ports))
    for port, state in zip(ports, states):
        if state != "closed":
            print(port, state)
    print(states.count("closed"), "closed")


main()
