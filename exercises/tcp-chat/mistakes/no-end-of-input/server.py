import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    try:
        with conn, conn.makefile("r", encoding="utf-8", errors="replace") as f:
            for line in f:
                if not line.endswith("\n") or line == "q\n":
                    break
                print(line, end="")
                answer = input(">>> ")
                conn.sendall((answer + "\n").encode())
                if answer == "q":
                    break
    except OSError as e:
        print(e, file=sys.stderr)
