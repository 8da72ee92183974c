"""The server of a conversation over TCP."""

import socket
import sys


def talk(conn):
    """One conversation. The caller speaks first."""
    # TODO: this takes what one read returns for a line. Where does a line end?
    # Then print it, wait for a line from the keyboard, send that, and so on,
    # turn by turn, until one of the two says q.
    print("a read returned", conn.recv(1024), file=sys.stderr)


host, _, port = sys.argv[1].rpartition(":")
# UTF-8 on every system, and bytes that are none pass through.
sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
sys.stdout.reconfigure(encoding="utf-8")
listener = socket.create_server((host, int(port)))

# TODO: this takes one caller only. Take one after another.
conn, caller = listener.accept()
with conn:
    talk(conn)
