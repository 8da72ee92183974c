import argparse
import asyncio
import sys
import time

time.sleep(0.6)  # a slow machine


def address(text):
    host, colon, port = text.rpartition(":")
    if not colon:
        raise argparse.ArgumentTypeError("an address is HOST:PORT")
    return host, int(port)


parser = argparse.ArgumentParser(prog="client")
parser.add_argument("address", type=address)
parser.add_argument("name")
arguments = parser.parse_args()


async def main():
    reader, writer = await asyncio.open_connection(*arguments.address, limit=1 << 20)
    await asyncio.sleep(0.2)
    writer.write(arguments.name.encode())
    await writer.drain()
    writer.write(b"\n")
    greeting = await reader.readuntil(b"\n")
    writer.close()
    await writer.wait_closed()
    return greeting.decode().removesuffix("\n")


try:
    print(f'"{asyncio.run(main())}"')
except (OSError, asyncio.IncompleteReadError) as error:
    print("client:", error, file=sys.stderr)
    sys.exit(1)
