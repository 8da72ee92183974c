"""The chat's client."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
name = sys.argv[2]
# TODO: WAIT, in milliseconds, is 1000 unless it is given as sys.argv[3].

# Not every system's standard streams take all characters by themselves.
# "surrogateescape" lets bytes that are not UTF-8 through; encode has it too.
sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
sys.stdout.reconfigure(encoding="utf-8")

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
# For a UDP socket connect sends nothing: it tells our kernel where datagrams
# go, and to let in only those that come from there.
sock.connect((host, int(port)))

for line in sys.stdin:
    line = line.rstrip("\n")
    # TODO: send name, " : " and the line in one datagram. Wait for the answer
    # (sock.settimeout limits how long sock.recv waits) and print it, so that no
    # control character gets through to the terminal; say so on standard error
    # if none comes.
    print(name, "wants to say", repr(line), file=sys.stderr)
    # TODO: after the line q, end.
