"""The time server."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")

# There is no listen and no accept: one socket talks to everybody.
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))

# TODO: this receives one datagram only. Serve one after another, for ever.
question, asker = sock.recvfrom(1024)  # TODO: is that enough to notice an oversized question?
print(asker, "asks", question, file=sys.stderr)

# TODO: answer with the local time in the format that was asked for, or with a
# datagram that begins with "error: ".
answer = question

sock.sendto(answer, asker)
