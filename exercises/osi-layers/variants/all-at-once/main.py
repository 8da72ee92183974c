"""Takes Ethernet frames apart: hex on standard input, each layer's fields out."""

import re
import struct
import sys

ETHERTYPES = {}  # what an Ethernet frame carries, by its type
PROTOCOLS = {}  # what an IP packet carries, by its number
TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")  # lowest bit first


class Refused(Exception):
    """A layer that can't be read: "truncated tcp", "bad ipv4"."""


def main():
    sys.stdin.reconfigure(errors="replace")  # what is not UTF-8 is no hex, and no reason to end
    number = 0
    sys.stdout.reconfigure(newline="\r\n")
    for line in sys.stdin.read().split("\n"):
        digits = line.translate({ord(c): None for c in " \t\r\n:"})
        if not digits:
            continue
        number += 1
        print("frame", number)
        try:
            for text in ethernet(from_hex(digits)):
                print(text)
        except Refused as refused:
            print("error:", refused)


def from_hex(digits):
    # By itself, fromhex would take a form feed for a space.
    if len(digits) % 2 or not re.fullmatch("[0-9a-fA-F]*", digits):
        raise Refused("bad hex")
    return bytes.fromhex(digits)


# Each layer yields its line, and then what the layers inside it yield.


def ethernet(data):
    need(data, 14, "ethernet")
    kind = number_at(data, 12)
    yield f"ethernet to={mac(data[0:6])} from={mac(data[6:12])} type=0x{kind:04x}"
    if kind in ETHERTYPES:
        yield from ETHERTYPES[kind](data[14:])
    else:
        yield f"unknown type=0x{kind:04x}"
        yield from payload(data[14:])


def arp(data):
    need(data, 28, "arp")
    hardware, protocol, hardware_size, protocol_size, operation = struct.unpack("!HHBBH", data[:8])
    if (hardware, protocol, hardware_size, protocol_size) != (1, 0x0800, 6, 4):
        raise Refused("bad arp")
    yield (
        f"arp operation={operation} sender-mac={mac(data[8:14])} sender-ip={ipv4_text(data[14:18])}"
        f" target-mac={mac(data[18:24])} target-ip={ipv4_text(data[24:28])}"
    )


def ipv4(data):
    need(data, 20, "ipv4")
    header = (data[0] & 0x0F) * 4  # it counts words of four bytes
    total = number_at(data, 2)
    if data[0] >> 4 != 4 or header < 20 or total < header:
        raise Refused("bad ipv4")
    need(data, total, "ipv4")
    flags = names(("MF", "DF"), number_at(data, 6) >> 13)
    offset = (number_at(data, 6) & 0x1FFF) * 8  # it counts units of eight bytes
    yield (
        f"ipv4 from={ipv4_text(data[12:16])} to={ipv4_text(data[16:20])} protocol={data[9]} ttl={data[8]}"
        f" id={number_at(data, 4)} flags={flags} offset={offset} header={header} options={data[20:header].hex() or '-'}"
    )
    carried = data[header:total]  # what is behind it only fills the frame
    if offset > 0:  # the header of what it carries went with the first fragment
        yield "fragment"
        yield from payload(carried)
    else:
        yield from transport(data[9], carried, first_of_many="MF" in flags)


def ipv6(data):
    need(data, 40, "ipv6")
    if data[0] >> 4 != 6:
        raise Refused("bad ipv6")
    end = 40 + number_at(data, 4)
    need(data, end, "ipv6")
    yield f"ipv6 from={ipv6_text(data[8:24])} to={ipv6_text(data[24:40])} next={data[6]} hops={data[7]}"
    yield from transport(data[6], data[40:end])


def transport(protocol, data, first_of_many=False):
    if protocol in PROTOCOLS:
        yield from PROTOCOLS[protocol](data, first_of_many)
    else:
        yield f"unknown protocol={protocol}"
        yield from payload(data)


def tcp(data, first_of_many):
    need(data, 20, "tcp")
    source, target, seq, ack, offset, flags, window = struct.unpack("!HHIIBBH", data[:16])
    header = (offset >> 4) * 4
    if header < 20:
        raise Refused("bad tcp")
    need(data, header, "tcp")
    yield (
        f"tcp from={source} to={target} seq={seq} ack={ack} flags={names(TCP_FLAGS, flags)} window={window}"
        f" header={header} options={data[20:header].hex() or '-'}"
    )
    yield from payload(data[header:])


def udp(data, first_of_many):
    need(data, 8, "udp")
    source, target, length = struct.unpack("!HHH", data[:6])
    if length < 8:
        raise Refused("bad udp")
    if not first_of_many:  # else the length counts the fragments to come, too
        need(data, length, "udp")
    yield f"udp from={source} to={target} length={length}"
    yield from payload(data[8:length])


def payload(data):
    if data:
        yield f"payload bytes={len(data)} hex={data.hex()}"


ETHERTYPES.update({0x0800: ipv4, 0x0806: arp, 0x86DD: ipv6})
PROTOCOLS.update({6: tcp, 17: udp})


def need(data, count, layer):
    """Python's slices don't mind if there are fewer bytes than asked for; we do."""
    if len(data) < count:
        raise Refused(f"truncated {layer}")


def number_at(data, offset):
    """Returns the 16 bits that stand at offset, most significant byte first."""
    return int.from_bytes(data[offset : offset + 2], "big")


def names(flags, bits):
    """Returns the names of the bits that are set, lowest bit first."""
    return ",".join(name for i, name in enumerate(flags) if bits >> i & 1) or "-"


def mac(data):
    return data.hex(":")


def ipv4_text(data):
    return ".".join(str(b) for b in data)


def ipv6_text(data):
    return data.hex(":", 2)


if __name__ == "__main__":
    main()
