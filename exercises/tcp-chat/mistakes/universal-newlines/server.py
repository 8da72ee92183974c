import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    try:
        with conn, conn.makefile("r", encoding="utf-8", errors="replace") as f:
            for line in f:
                if line == "q\n" or not line.endswith("\n"):
                    break
                print(line, end="")
                answer = sys.stdin.readline()
                conn.sendall((answer or "q\n").encode())
                if not answer:
                    sys.exit()
                if answer == "q\n":
                    break
    except OSError as e:
        print(e, file=sys.stderr)
