"""Reads IP addresses, one a line, and says what is in their bits."""

import os
import re
import sys
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Address:
    number: int  # all its bits
    size: int  # how many those are: 32 or 128
    prefix: int | None = None  # how many of them are the network's

    @property
    def network(self):
        """The first address of the network: all host bits are 0."""
        free = self.size - self.prefix
        return replace(self, number=self.number >> free << free)

    @property
    def broadcast(self):
        """The last address of the network: all host bits are 1."""
        return replace(self, number=self.number | (1 << self.size - self.prefix) - 1)

    def __contains__(self, other):
        free = self.size - self.prefix
        return self.size == other.size and self.number >> free == other.number >> free

    def __str__(self):
        if self.size == 32:
            return ".".join(str(n) for n in self.number.to_bytes(4, "big"))
        return self.number.to_bytes(16, "big").hex(":", 2)

    def binary(self):
        return ".".join(f"{n:08b}" for n in self.number.to_bytes(4, "big"))


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    for line in os.read(0, 65536).splitlines():
        text = line.decode(errors="replace").strip(" \t\r\n")
        print(f"input: {text}")
        try:
            fields = describe(parse(text))
        except ValueError as error:
            fields = {"error": error}
        for name, value in fields.items():
            print(f"{name}: {value}")
        print()


def describe(address):
    """Returns the fields of the answer, in their order."""
    if address.size == 32:
        fields = {"binary": address.binary(), "kind": kind(address)}
    else:
        fields = {"full": address, "kind": kind(address)}
    if address.prefix is not None:
        fields["network"] = address.network
        if address.size == 32:
            fields |= hosts(address)
    return fields


def hosts(address):
    """Returns what an IPv4 network has room for.

    In a network of two addresses both are for hosts (RFC 3021), and in one of
    one address that is.
    """
    addresses = 2 ** (32 - address.prefix)
    if addresses <= 2:
        return {"broadcast": "none", "hosts": addresses}
    return {"broadcast": address.broadcast, "hosts": addresses - 2}


def parse(text):
    """Reads an address, perhaps with a prefix; a ValueError says what is wrong."""
    text, slash, prefix = text.partition("/")
    if not text:
        raise ValueError("there is no address")
    if ":" in text:
        address = Address(parse_ipv6(text), 128)
    else:
        address = Address(parse_ipv4(text), 32)
    if slash:
        return replace(address, prefix=parse_number(prefix, address.size))
    return address


def parse_ipv4(text):
    parts = text.split(".")
    if len(parts) != 4:
        raise ValueError(f"an IPv4 address has four numbers with dots between, not {len(parts)}")
    return int.from_bytes([parse_number(part, 255) for part in parts], "big")


def parse_number(text, most):
    # int() alone would take "+1", "1_0", " 1" and the digits of every script.
    if not re.fullmatch("[0-9]+", text):
        raise ValueError(f"{text!r} is not a number")
    if len(text) > 1 and text[0] == "0":
        raise ValueError(f"{text!r} begins with 0, which some programs take to mean octal")
    if len(text) > 3 or int(text) > most:
        raise ValueError(f"{text} is too much: the highest is {most}")
    return int(text)


def parse_ipv6(text):
    left, gap, right = text.partition("::")
    if "::" in right:
        raise ValueError("a second :: leaves open how many zeros each stands for")
    head, end = parse_groups(left, at_end=not gap), parse_groups(right, at_end=True)
    missing = 8 - len(head) - len(end)
    if gap and missing < 1:
        raise ValueError("with :: there is room for seven more groups at most")
    if not gap and missing != 0:
        raise ValueError(f"an IPv6 address without :: has eight groups, not {len(head)}")
    number = 0
    for group in head + [0] * missing + end:
        number = number << 16 | group
    return number


def parse_groups(text, at_end):
    """Reads the groups on one side of the gap, which may be none.

    At the address's end, an IPv4 address may stand for two groups.
    """
    if not text:
        return []
    groups = []
    parts = text.split(":")
    for i, part in enumerate(parts):
        if at_end and i == len(parts) - 1 and "." in part:
            number = parse_ipv4(part)
            groups += [number >> 16, number & 0xFFFF]
        elif re.fullmatch("[0-9a-fA-F]{1,4}", part):
            groups.append(int(part, 16))
        else:
            raise ValueError(f"{part!r} is no group of one to four hexadecimal digits")
    return groups


# The rows of the task's table. No address is in two of them.
KINDS = [
    (name, parse(network))
    for name, networks in {
        "wildcard": "0.0.0.0/32 ::/128",
        "loopback": "127.0.0.0/8 ::1/128",
        "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
        "unique-local": "fc00::/7",
        "link-local": "169.254.0.0/16 fe80::/10",
        "multicast": "224.0.0.0/4 ff00::/8",
        "broadcast": "255.255.255.255/32",
        "documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32",
        "mapped": "::ffff:0:0/96",
    }.items()
    for network in networks.split()
]


def kind(address):
    return next((name for name, network in KINDS if address in network), "global")


if __name__ == "__main__":
    main()
