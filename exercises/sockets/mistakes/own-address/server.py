import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 8898))
s.listen(5)
while True:
    conn, addr = s.accept()
    data = conn.recv(1024)
    if data:
        print(data)
        conn.send(b"hi")
    conn.close()
