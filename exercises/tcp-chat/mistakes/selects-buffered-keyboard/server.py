import select
import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    got, line = b"", b""
    while line != b"q\n":
        ready = select.select([conn, sys.stdin], [], [])[0]
        if sys.stdin in ready:
            line = sys.stdin.buffer.readline() or b"q\n"
            conn.sendall(line)
            continue
        data = conn.recv(4096)
        if not data:
            break
        got += data
        while b"\n" in got and line != b"q\n":
            line, got = got[: got.index(b"\n") + 1], got[got.index(b"\n") + 1 :]
            if line != b"q\n":
                print(line.decode(errors="replace"), end="")
    conn.close()
