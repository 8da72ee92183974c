"""The chat's server."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")

# Not every system's standard output takes all characters by itself.
sys.stdout.reconfigure(encoding="utf-8")

# There is no listen and no accept: one socket talks to everybody.
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))

# TODO: this receives one datagram only. Serve one after another, for ever.
datagram, sender = sock.recvfrom(1024)  # TODO: is that enough to notice a datagram that is too long?

# TODO: print the name in its colour, and let no control character through to
# the terminal.
print(datagram, flush=True)

# TODO: answer "received N", "bye", or an error.
answer = "hello"

sock.sendto(answer.encode(), sender)
