import socket
import sys

QUIT = b"q\n"


# region: talk
def say(keyboard, conn):
    """Wait for a line from the keyboard and send it."""
    line = keyboard.readline() or QUIT  # blocks until Enter; b"" is the end
    conn.sendall(line)
    return line != QUIT


def hear(conn, lines):
    """Wait for a line from the other side and print it."""
    line = lines.readline()  # blocks until a whole line is there
    if not line.endswith(b"\n"):
        raise ConnectionError("the other side has gone")
    if line == QUIT:
        conn.settimeout(10)
        lines.read(1)  # the one who said q is the first to close
        return False
    print(line.decode(errors="backslashreplace"), end="", flush=True)
    return True
# endregion: talk


host, port = sys.argv[1].rsplit(":", 1)
keyboard = sys.stdin.buffer
with socket.create_server((host, int(port))) as listener:
    print("listening on", sys.argv[1], flush=True)
    while True:
        conn, caller = listener.accept()  # blocks until somebody calls
        try:
            with conn, conn.makefile("rb") as lines:
                while hear(conn, lines) and say(keyboard, conn):
                    pass
        except OSError as error:
            print(error, file=sys.stderr)  # this caller's trouble, not the next one's
