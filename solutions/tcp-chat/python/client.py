"""The client of a conversation over TCP: it calls the server and talks with it,
line by line, turn by turn. It speaks first."""

import socket
import sys

QUIT = b"q\n"  # the line that ends a conversation
LONGEST = 100_000  # bytes in a line, its end not counted


def say(conn):
    """Waits for a line from the keyboard, sends it, and tells whether the
    conversation goes on."""
    # readline returns "" at the end of the input, and "\n" for an empty line.
    typed = sys.stdin.readline() or "q\n"
    line = typed.rstrip("\n").encode(errors="surrogateescape") + b"\n"
    conn.sendall(line)  # all of it, or an error
    return line != QUIT


def hear(lines):
    """Waits for a whole line, prints it, and tells whether the conversation goes on."""
    line = lines.readline(LONGEST + 1)
    if not line.endswith(b"\n"):  # b"" at the end of the stream, or half a line
        raise ConnectionError("the server vanished without saying q, or said too long a line")
    if line == QUIT:
        return False
    # Only a whole line is decoded: no character can be cut in two.
    print(line.decode(errors="backslashreplace"), end="", flush=True)
    return True


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: client.py ADDRESS")
    address = sys.argv[1]
    host, _, port = address.rpartition(":")
    # UTF-8 on every system, and bytes that are none pass through.
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    sys.stdout.reconfigure(encoding="utf-8")

    try:
        # One reader for the whole conversation: behind the end of a line it may
        # have the beginning of the next one already.
        with socket.create_connection((host, int(port))) as conn, conn.makefile("rb") as lines:
            while say(conn) and hear(lines):
                pass
    except OSError as error:
        sys.exit(f"client: {address}: {error}")  # standard error, status 1


main()
