"""The client: it sends a name as a line and prints the greeting that comes back."""

import socket
import sys

# TODO, last of all: what if there are fewer arguments than two, or more?
address, name = sys.argv[1], sys.argv[2]
host, _, port = address.rpartition(":")

# TODO: connect to the host and the port (a number: int(port)), with
# socket.create_connection. What if nobody listens there?
#
# TODO: send the name and a line end, "\n". A socket takes bytes: "…".encode().
#
# TODO: read the greeting, a line, and print it.
print(f"client: not written yet: connect to {address}, send {name!r}", file=sys.stderr)
