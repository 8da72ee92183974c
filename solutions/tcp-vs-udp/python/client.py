"""The echo client: it sends its standard input to an echo server, over TCP as
one stream, or over UDP a datagram a line, and prints what comes back."""

import socket
import sys
import threading
import time

TRIES = 3


def over_tcp(address):
    """Send all of standard input and print everything that comes back."""
    with socket.create_connection(address) as conn:
        # Sending and receiving go on at the same time. Who first sends all and
        # then reads may wait for ever: the server stops reading when nobody
        # takes what it sends, and then nothing more can be sent either.
        threading.Thread(target=send_input, args=(conn,), daemon=True).start()
        while data := conn.recv(65536):
            sys.stdout.buffer.write(data)  # bytes as they are, text or not
            sys.stdout.buffer.flush()


def send_input(conn):
    try:
        # raw, since a buffer that this thread still reads into when the
        # program ends would be in the way.
        while data := sys.stdin.buffer.raw.read(65536):
            conn.sendall(data)
        # The server has all of it when our direction ends. The other direction
        # stays open.
        conn.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the connection is gone, and so the reading fails too


def over_udp(address, wait):
    """Send each line as a datagram and print each answer as a line."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # For a UDP socket connect sends nothing: it tells our kernel where
        # datagrams go, and to let in only those that come from there.
        sock.connect(address)
        for line in sys.stdin.buffer:
            message = line.rstrip(b"\n")
            ask(sock, message, wait)
            # The answer is what was asked, byte for byte.
            sys.stdout.buffer.write(message + b"\n")
            sys.stdout.buffer.flush()


def ask(sock, message, wait):
    """Send message until it comes back, at most three times."""
    for attempt in range(1, TRIES + 1):
        sock.send(message)
        if comes_back(sock, message, time.monotonic() + wait):
            return
        print(f"client: no answer to try {attempt} of {TRIES} within {wait} s", file=sys.stderr)
    sys.exit(f"client: no answer: gave up after {TRIES} tries")


def comes_back(sock, message, deadline):
    """Receive until message comes back, or until the deadline."""
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            if sock.recv(65535) == message:
                return True
        except socket.timeout:  # its name is TimeoutError since Python 3.10
            break
        # An answer to an earlier question, which came late or twice. It
        # doesn't count, and doesn't prolong the wait.
    return False


def main():
    args = sys.argv[1:]
    if args[1:] != ["tcp"] and (args[1:2] != ["udp"] or len(args) > 3):
        sys.exit("usage: client.py ADDRESS tcp\n       client.py ADDRESS udp [WAIT]")
    host, _, port = args[0].rpartition(":")
    wait = 1.0  # seconds
    if len(args) == 3:
        if not args[2].isdecimal() or int(args[2]) == 0:
            sys.exit(f"client: WAIT is a number of milliseconds, not {args[2]!r}")
        wait = int(args[2]) / 1000
    try:
        if args[1] == "tcp":
            over_tcp((host, int(port)))
        else:
            over_udp((host, int(port)), wait)
    except OSError as error:
        # Such as "connection refused": nobody has this port.
        sys.exit(f"client: {args[0]}: {error}")  # standard error, status 1


main()
