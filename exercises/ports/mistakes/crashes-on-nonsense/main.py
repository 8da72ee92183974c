import socket
import sys
from concurrent.futures import ThreadPoolExecutor


def knock(target, wait):
    with socket.socket(socket.AF_INET6 if ":" in target[0] else socket.AF_INET) as sock:
        sock.settimeout(wait)
        try:
            sock.connect(target)
        except ConnectionRefusedError:
            return "closed"
        except socket.timeout:
            return "silent"
        return "open"


def main():
    address, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    wait = int(sys.argv[4]) / 1000 if len(sys.argv) > 4 else 1
    ports = range(first, last + 1)
    with ThreadPoolExecutor(100) as pool:
        states = list(pool.map(lambda port: knock((address, port), wait), ports))
    for port, state in zip(ports, states):
        if state != "closed":
            print(port, state)
    print(states.count("closed"), "closed")


main()
