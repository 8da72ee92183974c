import re
import socket
import sys
import time

DIRECTIVES = "YmdHMSyjaAbBpI%"


def tell(format, now):
    """Writes the time now in a strftime format."""
    for directive in re.findall("%.?", format, re.DOTALL):
        if directive == "%":
            raise ValueError("a lone % at the end")
        if directive[1] not in DIRECTIVES:
            raise ValueError(f"unknown directive {directive}")
    return time.strftime(format, now)


host, port = sys.argv[1].rsplit(":", 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind((host, int(port)))
    # region: serve
    while True:
        data, asker = sock.recvfrom(65535)
        try:
            format = data.decode()
            print(format, flush=True)
            answer = tell(format, time.localtime())
        except ValueError as error:  # also what decode raises
            answer = f"error: {error}"
        sock.sendto(answer.encode(), asker)
    # endregion: serve
