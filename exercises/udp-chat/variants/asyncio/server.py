import asyncio
import os
import sys
import unicodedata

NAMES = ["anna", "bert", "carl", "dora", "emil", "fred"]
plain = bool(os.environ.get("NO_COLOR"))


def tame(text):
    return "".join(f"\\x{ord(c):02x}" if unicodedata.category(c) == "Cc" else c for c in text)


def paint(name):
    if plain or name not in NAMES:
        return tame(name)
    return f"\x1b[{31 + NAMES.index(name)}m{name}\x1b[0m"


class Chat(asyncio.DatagramProtocol):
    def __init__(self):
        self.guests = {}

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, guest):
        self.transport.sendto(self.answer(data, guest).encode(), guest)

    def error_received(self, error):
        print(error, file=sys.stderr)

    def answer(self, data, guest):
        if len(data) > 1024:
            return "error: too long"
        head, sep, tail = data.partition(b" : ")
        if not sep or not head:
            return "error: no name"
        name = head.decode(errors="backslashreplace")
        if tail == b"q":
            self.guests.pop(guest, None)
            sys.stdout.buffer.write(f"{paint(name)} left\n".encode())
            sys.stdout.buffer.flush()
            return "bye"
        text = tail.decode(errors="backslashreplace")
        sys.stdout.buffer.write(f"{paint(name)} : {tame(text)}\n".encode())
        sys.stdout.buffer.flush()
        self.guests[guest] = self.guests.get(guest, 0) + 1
        return f"received {self.guests[guest]}"


async def main():
    host, port = sys.argv[1].split(":")
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Chat, local_addr=(host, int(port)))
    await asyncio.Event().wait()


asyncio.run(main())
