import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind((host, int(port)))
s.listen(1)
print("listening on", sys.argv[1], flush=True)
conn, addr = s.accept()
# region: faults
while True:
    msg_r = conn.recv(1024)
    print(msg_r.decode(), flush=True)
    msg_s = "server: " + input() + "\n"
    conn.send(msg_s.encode())
    if msg_s is 'q':
        break
# endregion: faults
