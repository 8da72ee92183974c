import html
import socket
import sys
from urllib.parse import parse_qs, urlsplit

host, port = sys.argv[1].rsplit(":", 1)

with socket.create_server((host, int(port))) as listener:
    conn, _ = listener.accept()
    with conn, conn.makefile(encoding="latin-1") as lines:
        request = []
        while line := lines.readline().rstrip("\r\n"):  # an empty line ends the request
            request.append(line)
        print("\n".join(request))

        method, target, version = request[0].split()
        name = parse_qs(urlsplit(target).query)["name"][0]
        page = f"<!doctype html><title>Hello</title><p>Hello, {html.escape(name)}!</p>\n".encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\nConnection: close\r\n\r\n"
        conn.sendall(head.encode() + page)
