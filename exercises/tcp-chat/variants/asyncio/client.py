import asyncio
import sys


async def talk(host, port):
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection(host, port, limit=200_000)
    while True:
        typed = await loop.run_in_executor(None, sys.stdin.buffer.readline)
        writer.write(typed or b"q\n")
        await writer.drain()
        if typed in (b"", b"q\n"):
            break
        line = await reader.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the server is gone")
        if line == b"q\n":
            break
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    writer.close()
    await writer.wait_closed()


host, port = sys.argv[1].split(":")
try:
    asyncio.run(talk(host, int(port)))
except OSError as error:
    sys.exit(f"client: {error}")
