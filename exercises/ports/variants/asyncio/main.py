import argparse
import asyncio
import ipaddress
import sys


def port(text):
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return number


def milliseconds(text):
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("WAIT must be above 0")
    return number / 1000


async def knock(limit, address, port, wait):
    async with limit:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(str(address), port), wait)
        except asyncio.TimeoutError:
            return port, "silent"
        except ConnectionRefusedError:
            return port, "closed"
        writer.transport.abort()
        return port, "open"


async def scan(options):
    limit = asyncio.Semaphore(150)
    knocks = [knock(limit, options.address, p, options.wait) for p in range(options.first, options.last + 1)]
    closed, other = 0, {}
    for done, answer in enumerate(asyncio.as_completed(knocks), 1):
        p, state = await answer
        if state == "closed":
            closed += 1
        else:
            other[p] = state
        if done % 50 == 0:
            print(f"{done} of {len(knocks)} done", file=sys.stderr)
    for p in sorted(other):
        print(p, other[p])
    print(closed, "closed")


parser = argparse.ArgumentParser()
parser.add_argument("address", type=ipaddress.ip_address)
parser.add_argument("first", type=port)
parser.add_argument("last", type=port)
parser.add_argument("wait", type=milliseconds, nargs="?", default=1.0)
options = parser.parse_args()
if options.first > options.last:
    parser.error("FIRST is greater than LAST")
asyncio.run(scan(options))
