import socket
import sys

buffer = b""


def read_line(conn):
    global buffer
    while b"\n" not in buffer:
        data = conn.recv(4096)
        if not data:
            return None
        buffer += data
    line, buffer = buffer.split(b"\n", 1)
    return line


host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    try:
        while True:
            line = read_line(conn)
            if line is None or line == b"q":
                break
            print(line.decode(errors="replace"))
            answer = sys.stdin.readline() or "q\n"
            conn.sendall(answer.encode())
            if answer == "q\n":
                break
    except OSError as e:
        print(e, file=sys.stderr)
    conn.close()
