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
                print(line.decode(errors="replace").expandtabs(), end="")
                answer = sys.stdin.readline()
                text = answer.rstrip("\n") if answer else "q"
                conn.sendall(text.encode() + b"\n")
                if not answer:
                    sys.exit()
                if text == "q":
                    break
    except OSError as e:
        print(e, file=sys.stderr)
