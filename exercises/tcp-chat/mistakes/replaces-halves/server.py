import socket
import sys

host, port = sys.argv[1].split(":")
s = socket.create_server((host, int(port)))
while True:
    conn, addr = s.accept()
    with conn:
        text = ""
        while True:
            while "\n" not in text:
                data = conn.recv(4096)
                if not data:
                    break
                text += data.decode(errors="replace")
            if "\n" not in text:
                break
            line, text = text.split("\n", 1)
            if line == "q":
                break
            print(line)
            answer = input()
            conn.sendall((answer + "\n").encode())
            if answer == "q":
                break
