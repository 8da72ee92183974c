"""The echo server."""

import selectors
import socket
import sys

MOST = 256 * 1024  # bytes kept for a client that doesn't read

host, _, port = sys.argv[1].rpartition(":")
listener = socket.create_server((host, int(port)), backlog=5)
listener.setblocking(False)
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))
sock.setblocking(False)

poll = selectors.DefaultSelector()
poll.register(listener, selectors.EVENT_READ)
poll.register(sock, selectors.EVENT_READ)


class Client:
    def __init__(self, conn):
        self.conn, self.owed, self.ended = conn, bytearray(), False
        conn.setblocking(False)
        poll.register(conn, selectors.EVENT_READ, self)

    def ready(self, events):
        try:
            if events & selectors.EVENT_READ:
                data = self.conn.recv(65536)
                self.owed += data
                self.ended = not data
            if events & selectors.EVENT_WRITE:
                del self.owed[:self.conn.send(self.owed)]
        except BlockingIOError:
            return
        except OSError:
            self.owed, self.ended = bytearray(), True
        self.wait()

    def wait(self):
        events = 0
        if not self.ended and len(self.owed) < MOST:
            events |= selectors.EVENT_READ
        if self.owed:
            events |= selectors.EVENT_WRITE
        if events:
            poll.modify(self.conn, events, self)
        else:
            poll.unregister(self.conn)
            self.conn.close()


while True:
    for key, events in poll.select():
        try:
            if key.data:
                key.data.ready(events)
            elif key.fileobj is listener:
                Client(listener.accept()[0])
            else:
                sock.sendto(*sock.recvfrom(65535))
        except OSError as error:
            print(error, file=sys.stderr)
