"""The server of TCP hello: it prints what each client says, answers "hi" and
closes the connection."""

import socket
import sys

kept = []


def serve(conn):
    message = conn.recv(1024)  # returns what is there, at most 1,024 bytes
    if not message:
        return  # the client closed and had said nothing
    # A stranger's bytes need not be UTF-8: show those that aren't as \xff.
    print(message.decode(errors="backslashreplace"), flush=True)
    conn.sendall(b"hi")


def hang_up(conn):
    try:
        conn.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the client is gone already


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: server.py ADDRESS")
    address = sys.argv[1]
    host, _, port = address.rpartition(":")
    # Where the terminal can't show a character, print an escape and go on.
    sys.stdout.reconfigure(errors="backslashreplace")

    try:
        # Makes the calls socket, bind and listen. bind fails if the address is in use.
        listener = socket.create_server((host, int(port)))
    except OSError as error:
        sys.exit(f"server: listen on {address}: {error}")  # standard error, status 1

    with listener:
        while True:
            # One client's trouble must not end the service for all others.
            try:
                conn, peer = listener.accept()
                kept.append(conn)
                serve(conn)
                hang_up(conn)
            except ConnectionError as error:  # reset, broken pipe, aborted
                print(f"client went away: {error}", file=sys.stderr)


main()
