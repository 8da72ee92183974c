"""Knocks on every TCP port of a range and says what each one answered.

One thread does it all: it knocks on many ports without waiting for any of them,
and then asks the kernel again and again which of them have answered."""

import errno
import itertools
import os
import selectors
import socket
import sys
import time

# How long a port may take to answer, in seconds, unless WAIT says otherwise. One
# that is open or closed answers within one round trip; only silence takes this
# long.
DEFAULT_WAIT = 1.0

# How many ports are tried at once. Each knock under way holds a file descriptor,
# and some systems allow a program no more than 256 of those.
AT_ONCE = 200

# What a connect that doesn't wait says while there is no answer yet, on Windows
# the latter.
UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK)


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
    for port in ports:
        if states[port] != "closed":
            print(port, states[port])
    print(list(states.values()).count("closed"), "closed")
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
    """Returns what each of the ports answered, by its number."""
    states = {}
    limits = {}  # when the wait of each knock under way is over; the earliest first
    left = iter(ports)
    with selectors.DefaultSelector() as selector:

        def done(sock, state):
            port = selector.unregister(sock).data
            states[port] = state
            del limits[sock]
            sock.close()  # hangs up at once if somebody answered

        while len(states) < len(ports):
            for port in itertools.islice(left, AT_ONCE - len(limits)):
                sock = socket.socket(family_of(address), socket.SOCK_STREAM)
                sock.setblocking(False)
                error = sock.connect_ex((address, port))
                if error in UNDER_WAY:
                    selector.register(sock, selectors.EVENT_WRITE, data=port)
                    limits[sock] = time.monotonic() + wait
                else:  # our own machine may answer before connect returns
                    states[port] = state_after(error)
                    sock.close()
            if not limits:
                continue
            timeout = next(iter(limits.values())) - time.monotonic()
            # A socket can be written to when it is connected, and also when that
            # has failed.
            for key, _ in selector.select(max(timeout, 0)):
                sock = key.fileobj
                done(sock, state_after(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)))
            now = time.monotonic()
            for sock in [sock for sock, limit in limits.items() if limit <= now]:
                done(sock, "silent")
    return states


def state_after(error):
    """Returns what a connect that ended with that error says about the port.

    An OSError means that nothing was learned about it: no route, perhaps.
    """
    if error == 0:
        return "open"
    if error == errno.ECONNREFUSED:
        return "closed"
    if error == errno.ETIMEDOUT:  # the kernel's own patience, two minutes on Linux
        return "silent"
    raise OSError(error, os.strerror(error))


if __name__ == "__main__":
    sys.exit(main())
