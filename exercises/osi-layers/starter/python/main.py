"""Takes Ethernet frames apart: hex on standard input, each layer's fields out."""

import sys


def main():
    number = 0
    for line in sys.stdin:
        # TODO 2: lines may have spaces and colons in them, be empty, or be no
        # hex at all. None of that may end the program.
        frame = bytes.fromhex(line)
        number += 1
        print("frame", number)
        ethernet(frame)


def ethernet(data):
    # TODO 3: is there enough data for the header? If not, this frame is
    # "error: truncated ethernet".
    # TODO 1: the type stands in bytes 12 and 13, most significant byte first:
    # int.from_bytes(data[12:14], "big").
    kind = 0
    print(f"ethernet to={mac(data[0:6])} from={mac(data[6:12])} type=0x{kind:04x}")
    # TODO 4: hand what stands behind the header to a function for ARP, IPv4 or
    # IPv6, each of which prints its own line.
    print(f"unknown type=0x{kind:04x}")
    payload(data[14:])


def payload(data):
    if data:
        print(f"payload bytes={len(data)} hex={data.hex()}")


def mac(data):
    return data.hex(":")


if __name__ == "__main__":
    main()
