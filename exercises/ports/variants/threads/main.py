"""Knocks on every TCP port of a range and says what each one answered."""

import socket
import sys
import threading

# How long a port may take to answer, in seconds, unless WAIT says otherwise. One
# that is open or closed answers within one round trip; only silence takes this
# long.
DEFAULT_WAIT = 1.0

# How many ports are tried at once. Each knock under way holds a thread and a
# file descriptor, and some systems allow a program no more than 256 of those.
KNOCKERS = 100


def main():
    try:
        address, first, last, wait = parse(sys.argv[1:])
    except ValueError as error:
        print(f"main: {error}", file=sys.stderr)
        return 2
    ports = range(first, last + 1)  # a range leaves its end out
    try:
        states = scan(address, ports, wait)
    except OSError as error:
        print(f"main: {error}", file=sys.stderr)
        return 1
    for port, state in zip(ports, states):
        if state != "closed":
            print(port, state)
    print(states.count("closed"), "closed")
    return 0


def parse(args):
    if not 3 <= len(args) <= 4:
        raise ValueError("usage: main.py ADDRESS FIRST LAST [WAIT]")
    address = args[0]
    if family_of(address) is None:
        raise ValueError(f"{address!r} is not an IP address")
    first, last = parse_port(args[1]), parse_port(args[2])
    if first > last:
        raise ValueError(f"the range ends at {last}, before it begins at {first}")
    wait = parse_wait(args[3]) if len(args) > 3 else DEFAULT_WAIT
    return address, first, last, wait


def family_of(address):
    """Returns the family of an IP address, or None if it is none, such as a name."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, address)
            return family
        except OSError:
            pass
    return None


def parse_port(text):
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise ValueError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


def parse_wait(text):
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"WAIT is a number of milliseconds, not {text!r}")
    return int(text) / 1000


def scan(address, ports, wait):
    """Returns what each of the ports answered, in their order."""
    states = [None] * len(ports)
    errors = []

    def knock_on_every(step, start):
        try:
            for i in range(start, len(ports), step):
                states[i] = knock(address, ports[i], wait)
        except OSError as error:  # of a thread, nobody else would see it
            errors.append(error)

    # The first of n threads takes the ports 0, n, 2n …, the second 1, n+1, 2n+1 …
    n = min(KNOCKERS, len(ports))
    threads = [threading.Thread(target=knock_on_every, args=(n, start)) for start in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return states


def knock(address, port, wait):
    """Connects, and hangs up at once if somebody answers.

    An OSError means that nothing was learned about the port: no route, no
    descriptor left.
    """
    with socket.socket(family_of(address), socket.SOCK_STREAM) as sock:
        sock.settimeout(wait)
        try:
            sock.connect((address, port))
        except ConnectionRefusedError:
            return "closed"
        except socket.timeout:
            return "silent"
        return "open"


if __name__ == "__main__":
    sys.exit(main())
