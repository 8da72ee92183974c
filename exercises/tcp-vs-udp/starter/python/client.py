"""The echo client."""

import socket
import sys


def over_tcp(address):
    conn = socket.create_connection(address)
    # TODO: send all of sys.stdin.buffer, close the sending direction
    # (conn.shutdown), and write everything that comes back to
    # sys.stdout.buffer. With a large input, both must go on at the same time.


def over_udp(address):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # For a UDP socket connect sends nothing: it tells our kernel where
    # datagrams go, and to let in only those that come from there.
    sock.connect(address)
    # TODO: send each line of sys.stdin.buffer as a datagram, wait for its answer
    # (sock.settimeout limits how long sock.recv waits), ask again if none comes,
    # at most three times in all, and print the answer as a line.


host, _, port = sys.argv[1].rpartition(":")
# TODO: WAIT, in milliseconds, is 1000 unless it is given as sys.argv[3].
# TODO: if nobody is there, this ends in a traceback. Say it in one line on
# standard error, and end with a status other than 0.
if sys.argv[2] == "tcp":
    over_tcp((host, int(port)))
else:
    over_udp((host, int(port)))
