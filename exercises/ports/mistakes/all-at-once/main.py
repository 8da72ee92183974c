import asyncio
import ipaddress
import sys


async def knock(address, port, wait):
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), wait)
    except (TimeoutError, asyncio.TimeoutError):
        return "silent"
    except OSError:
        return "closed"
    writer.close()
    return "open"


async def scan(address, first, last, wait):
    ports = range(first, last + 1)
    states = await asyncio.gather(*(knock(address, port, wait) for port in ports))
    for port, state in zip(ports, states):
        if state != "closed":
            print(port, state)
    print(states.count("closed"), "closed")


def main():
    try:
        address = str(ipaddress.ip_address(sys.argv[1]))
        first, last = int(sys.argv[2]), int(sys.argv[3])
        wait = int(sys.argv[4]) / 1000 if len(sys.argv) > 4 else 1
        if not 1 <= first <= last <= 65535 or wait <= 0:
            raise ValueError("bad range or WAIT")
    except (IndexError, ValueError) as error:
        sys.exit(f"usage: main.py ADDRESS FIRST LAST [WAIT] ({error})")
    asyncio.run(scan(address, first, last, wait))


main()
