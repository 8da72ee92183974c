"""The time server: each datagram it receives is a strftime format, and it
answers with its local time in that format."""

import socket
import sys
from datetime import datetime

DIRECTIVES = "YymdjHIMSfpAaBb"
LONGEST = 1024  # bytes a question may have


def answer(question, now):
    """Returns what is sent back. There is always something to send: silence
    would look like a lost datagram."""
    try:
        return tell(question, now).encode()
    except ValueError as error:
        return f"error: {error}".encode()


def tell(question, now):
    if not question:
        raise ValueError("the question is empty; send a format such as %H:%M:%S")
    if len(question) > LONGEST:
        raise ValueError(f"the question has {len(question)} bytes; {LONGEST} are allowed")
    try:
        format = question.decode()
    except UnicodeDecodeError:
        raise ValueError("the question is not UTF-8") from None

    # One pass from left to right, so that the two characters of %% can't
    # become the beginning of another directive.
    told = ""
    rest = iter(format)
    for character in rest:
        told += value(next(rest, ""), now) if character == "%" else character
    return told


def value(letter, now):
    """Returns what the directive of a letter stands for."""
    if letter == "%":
        return "%"
    if letter == "":
        raise ValueError("a lone % at the end; write %% for a percent sign")
    # What strftime does with a directive that it doesn't know differs from
    # system to system, so it never gets to see one. (%f is Python's own:
    # datetime's strftime knows it, the one in the module time doesn't.)
    if letter not in DIRECTIVES:
        raise ValueError(f'unknown directive "%{letter}"')
    return now.strftime("%" + letter)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: server.py ADDRESS")
    address = sys.argv[1]
    host, _, port = address.rpartition(":")
    # There is no listen and no accept: one socket talks to everybody.
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((host, int(port)))
    except OSError as error:
        sys.exit(f"server: bind to {address}: {error}")  # standard error, status 1

    with sock:
        while True:
            try:
                # What doesn't fit into the buffer is lost, so it has room for
                # the longest datagram there is. A buffer of 1,024 bytes would
                # make every oversized question look like one of just 1,024.
                question, asker = sock.recvfrom(65535)
                # Nothing is remembered between questions. The answer goes to
                # whoever asked this one, and the clock is read now, once for
                # all that the answer tells.
                sock.sendto(answer(question, datetime.now()), asker)
            except OSError as error:
                # It tells of one datagram, not of the socket: go on.
                print(f"server: {error}", file=sys.stderr)


main()
