"""The chat's server: it prints what everybody says, each name in its colour,
and tells each sender how many messages of theirs have come."""

import os
import re
import socket
import sys

LONGEST = 1024  # bytes a datagram may have

# Numbers of ECMA-48's "select graphic rendition".
COLORS = {"anna": 31, "bert": 32, "carl": 33, "dora": 34, "emil": 35, "fred": 36}
COLOR = os.environ.get("NO_COLOR", "") == ""

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

# Counts the messages of each sender. A sender is an address and a port: the
# name in a datagram says only what its sender calls itself.
received = {}


def hear(sender, datagram):
    """Prints what a datagram says, and returns the answer to its sender."""
    if len(datagram) > LONGEST:
        return f"error: the datagram has {len(datagram)} bytes; {LONGEST} are allowed"
    # Bytes that are not UTF-8 become \xNN.
    message = datagram.decode(errors="backslashreplace")
    # The first " : " ends the name. Others belong to the text.
    name, colon, text = message.partition(" : ")
    if not colon or not name:
        return 'error: send "name : text"'
    if text == "q":
        print(f"{paint(name)} left", flush=True)
        # There is no connection that could end. Leaving is forgetting.
        received.pop(sender, None)
        return "bye"
    print(f"{paint(name)} : {visible(text)}", flush=True)
    received[sender] = received.get(sender, 0) + 1
    return f"received {received[sender]}"


def paint(name):
    """Returns a name as the terminal is to show it."""
    if name in COLORS and COLOR:
        return f"\x1b[{COLORS[name]}m{name}\x1b[0m"
    return visible(name)


def visible(text):
    r"""Shows control characters, which a terminal would obey, as \xNN."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: server.py ADDRESS")
    address = sys.argv[1]
    host, _, port = address.rpartition(":")
    # Not every system's standard output takes all characters by itself.
    sys.stdout.reconfigure(encoding="utf-8")
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
                # the longest datagram there is.
                datagram, sender = sock.recvfrom(65535)
                sock.sendto(hear(sender, datagram).encode(), sender)
            except OSError as error:
                # It tells of one datagram, not of the socket: go on.
                print(f"server: {error}", file=sys.stderr)


main()
