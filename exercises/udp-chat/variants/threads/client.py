#!/usr/bin/env python3
"""One thread reads the keyboard, another the socket; a queue joins them."""
import os
import queue
import socket
import sys
import threading

sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
sys.stdout.reconfigure(encoding="utf-8")
host, port = sys.argv[1].split(":")
name = sys.argv[2]
wait = float(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 1
server = (host, int(port))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("", 0))
answers = queue.Queue()


def listen():
    while True:
        try:
            data, sender = sock.recvfrom(65535)
        except OSError as error:
            print("socket:", error, file=sys.stderr)
            continue
        if sender == server:
            answers.put(data.decode("utf-8", "backslashreplace"))
        else:
            print("ignored", len(data), "bytes from", sender, file=sys.stderr)


threading.Thread(target=listen, daemon=True).start()
while True:
    sys.stdout.write(name + "> ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if line == "":
        break
    line = line[:-1] if line.endswith("\n") else line
    sock.sendto((name + " : " + line).encode(errors="surrogateescape"), server)
    try:
        text = answers.get(timeout=wait)
        print("".join(c if c.isprintable() or 0xA0 <= ord(c) else "\\x%02x" % ord(c) for c in text), flush=True)
    except queue.Empty:
        print("nobody answers", file=sys.stderr, flush=True)
    if line == "q":
        break
os._exit(0)
