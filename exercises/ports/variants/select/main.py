import errno
import selectors
import socket
import sys
import time
from ipaddress import ip_address

AT_ONCE = 120


def numbers(args):
    if not 3 <= len(args) <= 4:
        raise ValueError("three or four arguments: ADDRESS FIRST LAST [WAIT]")
    first, last, wait = int(args[1]), int(args[2]), int(args[3]) if len(args) == 4 else 1000
    if not 1 <= first <= last <= 65535:
        raise ValueError("FIRST and LAST are ports, the lower one first")
    if wait < 1:
        raise ValueError("WAIT is at least 1")
    return str(ip_address(args[0])), first, last, wait / 1000


def scan(address, first, last, wait):
    found, waiting, todo = {}, {}, iter(range(first, last + 1))
    selector = selectors.DefaultSelector()

    def end(sock, state):
        port, _ = waiting.pop(sock)
        selector.unregister(sock)
        sock.close()
        found[port] = state

    more = True
    while more or waiting:
        while more and len(waiting) < AT_ONCE:
            port = next(todo, None)
            if port is None:
                more = False
                break
            sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
            sock.setblocking(False)
            result = sock.connect_ex((address, port))
            waiting[sock] = port, time.monotonic() + wait
            selector.register(sock, selectors.EVENT_WRITE)
            if result not in (0, errno.EINPROGRESS):
                end(sock, "closed" if result == errno.ECONNREFUSED else "silent")
        if not waiting:
            continue
        first_limit = min(limit for _, limit in waiting.values())
        for key, _ in selector.select(max(0, first_limit - time.monotonic())):
            error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            end(key.fileobj, {0: "open", errno.ECONNREFUSED: "closed"}.get(error, "silent"))
        now = time.monotonic()
        for sock in [s for s, (_, limit) in waiting.items() if limit <= now]:
            end(sock, "silent")
    return found


try:
    found = scan(*numbers(sys.argv[1:]))
except ValueError as error:
    sys.exit(f"main: {error}")
for port in sorted(found):
    if found[port] != "closed":
        print(port, found[port])
print(sum(state == "closed" for state in found.values()), "closed")
