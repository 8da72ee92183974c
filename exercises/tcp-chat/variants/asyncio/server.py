import asyncio
import sys


async def keyboard(typed):
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        await typed.put(line)
    await typed.put(None)


async def serve(host, port):
    typed = asyncio.Queue()
    one_at_a_time = asyncio.Lock()
    over = asyncio.Event()

    async def talk(reader, writer):
        async with one_at_a_time:
            try:
                while (line := await reader.readline()).endswith(b"\n") and line != b"q\n":
                    sys.stdout.buffer.write(line)
                    sys.stdout.buffer.flush()
                    answer = await typed.get()
                    writer.write(answer or b"q\n")
                    await writer.drain()
                    if answer is None:
                        over.set()
                    if answer in (None, b"q\n"):
                        break
                writer.close()
                await writer.wait_closed()
            except ConnectionError as error:
                print(error, file=sys.stderr)

    asyncio.ensure_future(keyboard(typed))
    await asyncio.start_server(talk, host, port, limit=200_000)
    await over.wait()


host, port = sys.argv[1].split(":")
asyncio.run(serve(host, int(port)))
