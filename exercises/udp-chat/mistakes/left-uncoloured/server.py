"""The chat's server."""

import os
import re
import socket
import sys

LONGEST = 1024

COLORS = {"anna": 31, "bert": 32, "carl": 33, "dora": 34, "emil": 35, "fred": 36}
COLOR = os.environ.get("NO_COLOR", "") == ""

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

received = {}


def hear(sender, datagram):
    """Prints what a datagram says, and returns the answer to its sender."""
    if len(datagram) > LONGEST:
        return f"error: the datagram has {len(datagram)} bytes; {LONGEST} are allowed"
    message = datagram.decode(errors="backslashreplace")
    name, colon, text = message.partition(" : ")
    if not colon or not name:
        return 'error: send "name : text"'
    if text == "q":
        print(f"{visible(name)} left", flush=True)
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
    sys.stdout.reconfigure(encoding="utf-8")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((host, int(port)))
    except OSError as error:
        sys.exit(f"server: bind to {address}: {error}")

    with sock:
        while True:
            try:
                datagram, sender = sock.recvfrom(65535)
                sock.sendto(hear(sender, datagram).encode(), sender)
            except OSError as error:
                print(f"server: {error}", file=sys.stderr)


main()
