"""The server of a conversation over TCP: it talks to one caller after another,
line by line, turn by turn."""

import socket
import sys

QUIT = b"q\n"  # the line that ends a conversation
LONGEST = 100_000  # bytes in a line, its end not counted


class InputEnded(Exception):
    """Nobody can type any more."""


def hear(lines):
    """Waits for a whole line, prints it, and tells whether the conversation goes on."""
    line = lines.readline(LONGEST + 1)
    if not line.endswith(b"\n"):  # b"" at the end of the stream, or half a line
        raise ConnectionError("vanished without saying q, or said too long a line")
    if line == QUIT:
        return False
    # Only a whole line is decoded: no character can be cut in two.
    print(line.decode(errors="backslashreplace"), end="", flush=True)
    return True


def say(conn):
    """Waits for a line from the keyboard, sends it, and tells whether the
    conversation goes on."""
    typed = sys.stdin.readline()  # "" at the end of the input, "\n" for an empty line
    if not typed:
        conn.sendall(QUIT)
        raise InputEnded
    line = typed.rstrip("\n").encode(errors="surrogateescape") + b"\n"
    conn.sendall(line)  # all of it, or an error
    return line != QUIT


def talk(conn):
    """One conversation. The caller speaks first."""
    # One reader for the whole conversation: behind the end of a line it may
    # have the beginning of the next one already. A new one for each caller:
    # half a line of somebody who has gone is nobody's.
    with conn, conn.makefile("rb") as lines:
        while hear(lines) and say(conn):
            pass


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: server.py ADDRESS")
    address = sys.argv[1]
    host, _, port = address.rpartition(":")
    # UTF-8 on every system, and bytes that are none pass through.
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    sys.stdout.reconfigure(encoding="utf-8")

    try:
        listener = socket.create_server((host, int(port)))
    except OSError as error:
        sys.exit(f"server: listen on {address}: {error}")
    with listener:
        while True:
            try:
                # Who calls meanwhile waits in the kernel's queue until we are back here.
                conn, caller = listener.accept()
                talk(conn)
            except InputEnded:
                return
            except OSError as error:  # this caller's trouble, not the next one's
                print(f"server: {error}", file=sys.stderr)


main()
