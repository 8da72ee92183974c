"""The client of the time server."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
format = sys.argv[2] if len(sys.argv) > 2 else "%Y-%m-%d %H:%M:%S"
# TODO: WAIT, in milliseconds, is 1000 unless it is given as sys.argv[3].

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
# For a UDP socket connect sends nothing: it tells our kernel where datagrams
# go, and to let in only those that come from there.
sock.connect((host, int(port)))

sock.send(format.encode())
# TODO: wait for the answer (sock.settimeout limits how long sock.recv waits),
# ask again if none comes, at most three times in all. Print the answer as a
# line; say so if there was none.
