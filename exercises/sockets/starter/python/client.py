"""The client of TCP hello."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")

# TODO: if nobody listens there, this ends in a traceback. Say it in one line on
# standard error, and end with a status other than 0.
#
# Makes the calls socket and connect.
conn = socket.create_connection((host, int(port)))

# TODO: say "hello!" (as bytes), read the answer until the server closes, and
# print it as a line.
print("connected to", conn.getpeername(), file=sys.stderr)
