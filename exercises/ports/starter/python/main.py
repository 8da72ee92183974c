"""Knocks on every TCP port of a range and says what each one answered."""

import sys


def main():
    # TODO 3: nonsense arguments deserve a clear error on sys.stderr and status
    # 2. int() and ipaddress.ip_address() raise ValueError for nonsense.
    address = sys.argv[1]
    first, last = int(sys.argv[2]), int(sys.argv[3])
    wait = 1.0  # seconds
    if len(sys.argv) > 4:
        wait = int(sys.argv[4]) / 1000

    # TODO 2: this tries one port after another. That is fine until the first
    # silent port makes all the others wait.
    refused = 0
    for port in range(first, last + 1):
        state = knock(address, port, wait)
        if state == "closed":
            refused += 1
        else:
            print(port, state)
    print(refused, "closed")
    return 0


def knock(address, port, wait):
    """Returns "open", "closed" or, if no answer comes within wait, "silent"."""
    # TODO 1: make a socket, give it a timeout (settimeout), try to connect, and
    # look at what comes back: nothing wrong, ConnectionRefusedError, or
    # socket.timeout. Close the socket in every case.
    return "closed"


if __name__ == "__main__":
    sys.exit(main())
