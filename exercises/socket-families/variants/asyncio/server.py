import asyncio
import errno
import ipaddress
import logging
import os
import signal
import socket
import stat
import sys
import time

logging.basicConfig(level=logging.DEBUG)  # on standard error


async def echo(reader, writer):
    try:
        while data := await reader.read(1000):
            writer.write(data[:1])
            await writer.drain()
            writer.write(data[1:])
            await writer.drain()
    except OSError as error:
        logging.info("client: %s", error)
    writer.close()


def free(path):
    if not os.path.lexists(path):
        return
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        raise OSError(f"{path} is there and no socket")
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(2)
    code = s.connect_ex(path)
    s.close()
    if code != errno.ECONNREFUSED:
        raise OSError(f"{path} is in use")
    os.remove(path)


async def main(text):
    stop = asyncio.Event()
    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    except NotImplementedError:
        pass  # on Windows
    path = text.partition("unix:")[2]
    if path:
        free(path)
        server = await asyncio.start_unix_server(echo, path)
    else:
        host, port = text.rsplit(":", 1)
        server = await asyncio.start_server(echo, host.strip("[]"), int(port))
    print("ready", flush=True)
    await stop.wait()
    server.close()
    if path:
        os.remove(path)


def valid(text):
    if text.startswith("unix:"):
        return text != "unix:"
    host, _, port = text.rpartition(":")
    try:
        if host[:1] == "[" and host[-1:] == "]":
            ipaddress.IPv6Address(host[1:-1])
        else:
            ipaddress.IPv4Address(host)
        return port.isascii() and port.isdecimal() and int(port) < 65536
    except ValueError:
        return False


time.sleep(0.2)  # as a program does that has much to load
if len(sys.argv) < 2 or not valid(sys.argv[1]):
    print("usage: server unix:PATH | IPV4:PORT | [IPV6]:PORT", file=sys.stderr)
    sys.exit(2)
try:
    asyncio.run(main(sys.argv[1]))
except (OSError, AttributeError) as error:  # no AF_UNIX on Windows
    logging.error("%s", error)
    sys.exit(1)
