#!/usr/bin/env python3
import os
import socket
import sys
import threading
import time

TABLE = dict(anna=31, bert=32, carl=33, dora=34, emil=35, fred=36)
sys.stdout.reconfigure(encoding="utf-8")
lock = threading.Lock()
counts = {}


def show(text):
    return "".join(
        "\\x%02x" % ord(c) if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in text
    )


def colour(name):
    if os.environ.get("NO_COLOR") or name not in TABLE:
        return show(name)
    return "\033[%dm%s\033[0m" % (TABLE[name], name)


def serve(sock, data, addr):
    name, sep, text = data.decode("utf-8", "backslashreplace").partition(" : ")
    if len(data) > 1024 or not sep or not name:
        print(addr, "sent", repr(data[:40]), file=sys.stderr)
        sock.sendto(b"error: this is no message of at most 1024 bytes", addr)
        return
    with lock:
        if text == "q":
            counts.pop(addr, None)
            answer = "bye"
            sys.stdout.write(colour(name) + " left\n")
        else:
            counts[addr] = counts.get(addr, 0) + 1
            answer = "received %d" % counts[addr]
            sys.stdout.write(colour(name) + " : " + show(text) + "\n")
        sys.stdout.flush()
    sock.sendto(answer.encode(), addr)
    print(addr, answer, file=sys.stderr)


time.sleep(0.3)
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(("", int(sys.argv[1].split(":")[1])))
print("The chat is open. Press Ctrl-C to end it.", flush=True)
while True:
    data, addr = sock.recvfrom(65535)
    threading.Thread(target=serve, args=(sock, data, addr), daemon=True).start()
