"""The time server."""

import re
import socket
import sys
from datetime import datetime, timezone

DIRECTIVES = "YymdjHIMSfpAaBb"
LONGEST = 1024


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

    def value(directive):
        letter = directive[1]
        if letter == "%":
            return "%"
        if letter == "":
            raise ValueError("a lone % at the end; write %% for a percent sign")
        if letter not in DIRECTIVES:
            raise ValueError(f'unknown directive "%{letter}"')
        return now.strftime("%" + letter)
    return re.sub("%(.?)", value, format, flags=re.DOTALL)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: server.py ADDRESS")
    address = sys.argv[1]
    host, _, port = address.rpartition(":")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((host, int(port)))
    except OSError as error:
        sys.exit(f"server: bind to {address}: {error}")

    with sock:
        while True:
            try:
                question, asker = sock.recvfrom(65535)
                sock.sendto(answer(question, datetime.now(timezone.utc)), asker)
            except OSError as error:
                print(f"server: {error}", file=sys.stderr)


main()
