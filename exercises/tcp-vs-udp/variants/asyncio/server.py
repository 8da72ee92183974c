"""The echo server."""

import asyncio
import socket
import sys


async def echo(reader, writer):
    print("client", writer.get_extra_info("peername"), file=sys.stderr)
    try:
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
    except ConnectionError as error:
        print("client went away:", error, file=sys.stderr)
    finally:
        writer.close()


def answer(sock):
    """Answers a datagram. (Older transports of asyncio send no empty ones.)"""
    try:
        data, asker = sock.recvfrom(65536)
        print(f"{asker}: {len(data)} bytes", file=sys.stderr)
        sock.sendto(data, asker)
    except OSError as error:
        print("udp:", error, file=sys.stderr)


async def main():
    host, _, port = sys.argv[1].rpartition(":")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, int(port)))
    sock.setblocking(False)
    asyncio.get_running_loop().add_reader(sock, answer, sock)
    server = await asyncio.start_server(echo, host, int(port))
    print("ready")
    await server.serve_forever()


asyncio.run(main())
