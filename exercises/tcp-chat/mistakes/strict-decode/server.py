import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    try:
        with conn, conn.makefile("rb") as f:
            for line in f:
                if line == b"q\n" or not line.endswith(b"\n"):
                    break
                print(line.decode(), end="")
                answer = sys.stdin.buffer.readline()
                conn.sendall(answer or b"q\n")
                if not answer:
                    sys.exit()
                if answer == b"q\n":
                    break
    except OSError as e:
        print(e, file=sys.stderr)
