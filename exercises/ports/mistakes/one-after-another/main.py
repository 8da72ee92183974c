import ipaddress
import socket
import sys


def knock(target):
    with socket.socket() as sock:
        sock.settimeout(1)
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
        if not 1 <= first <= last <= 65535:
            raise ValueError("bad range")
    except (IndexError, ValueError) as error:
        sys.exit(f"usage: main.py ADDRESS FIRST LAST ({error})")
    ports = range(first, last + 1)
    states = [knock((address, port)) for port in ports]
    for port, state in zip(ports, states):
        if state != "closed":
            print(port, state)
    print(states.count("closed"), "closed")


main()
