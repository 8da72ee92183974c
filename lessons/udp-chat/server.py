import os
import re
import socket
import sys

# region: paint
COLORS = {"anna": 31, "bert": 32, "carl": 33, "dora": 34, "emil": 35, "fred": 36}


def paint(name):
    if name in COLORS and os.environ.get("NO_COLOR", "") == "":
        return f"\x1b[{COLORS[name]}m{name}\x1b[0m"
    return visible(name)


def visible(text):
    return re.sub("[\x00-\x1f\x7f-\x9f]", lambda c: f"\\x{ord(c[0]):02x}", text)
# endregion: paint


host, port = sys.argv[1].rsplit(":", 1)
sys.stdout.reconfigure(encoding="utf-8")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind((host, int(port)))
    # region: serve
    received = {}  # by address and port
    while True:
        data, sender = sock.recvfrom(65535)
        message = data.decode(errors="backslashreplace")
        name, colon, text = message.partition(" : ")
        if not colon or not name:
            answer = 'error: send "name : text"'
        elif text == "q":
            print(paint(name), "left", flush=True)
            received.pop(sender, None)
            answer = "bye"
        else:
            print(paint(name), ":", visible(text), flush=True)
            received[sender] = received.get(sender, 0) + 1
            answer = f"received {received[sender]}"
        sock.sendto(answer.encode(), sender)
    # endregion: serve
