"""The client of a conversation over TCP."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
# UTF-8 on every system, and bytes that are none pass through.
sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
sys.stdout.reconfigure(encoding="utf-8")

# TODO: if nobody listens there, this ends in a traceback. Say it in one line on
# standard error, and end with a status other than 0.
with socket.create_connection((host, int(port))) as conn:
    line = sys.stdin.readline()  # waits for Enter; "" is the end of the input
    print("typed:", repr(line), file=sys.stderr)
    # TODO: send the line (as bytes), wait for the server's, print that, and so
    # on, turn by turn, until one of the two says q.
