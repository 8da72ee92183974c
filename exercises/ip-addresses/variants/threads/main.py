import queue
import sys
import threading


def number(raw, most):
    if not 1 <= len(raw) <= 3 or any(c not in b"0123456789" for c in raw):
        raise ValueError("not a number of one to three digits")
    if raw[:1] == b"0" and raw != b"0" or int(raw) > most:
        raise ValueError("a zero in front, or too much")
    return int(raw)


def four(raw):
    parts = raw.split(b".")
    if len(parts) != 4:
        raise ValueError("not four numbers")
    return [number(part, 255) for part in parts]


def groups(raw):
    out = []
    parts = raw.split(b":") if raw else []
    for part in parts:
        if b"." in part and part is parts[-1]:
            a, b, c, d = four(part)
            out += [a * 256 + b, c * 256 + d]
            continue
        if not 1 <= len(part) <= 4 or any(c not in b"0123456789abcdefABCDEF" for c in part):
            raise ValueError("not a group of hexadecimal digits")
        out.append(int(part, 16))
    return out


def eight(raw):
    sides = raw.split(b"::")
    if len(sides) > 2:
        raise ValueError("two gaps")
    if len(sides) == 1:
        out = groups(raw)
    else:
        if b"." in sides[0]:
            raise ValueError("an IPv4 address that is not at the end")
        left, right = groups(sides[0]), groups(sides[1])
        if len(left) + len(right) > 7:
            raise ValueError("no room for a gap")
        out = left + [0] * (8 - len(left) - len(right)) + right
    if len(out) != 8:
        raise ValueError("not eight groups")
    return out


def kind4(a, b, c, d):
    if (a, b, c, d) == (0, 0, 0, 0):
        return b"wildcard"
    if (a, b, c, d) == (255, 255, 255, 255):
        return b"broadcast"
    if a == 127:
        return b"loopback"
    if a == 10 or a == 172 and b // 16 == 1 or (a, b) == (192, 168):
        return b"private"
    if (a, b) == (169, 254):
        return b"link-local"
    if a // 16 == 14:
        return b"multicast"
    if (a, b, c) in [(192, 0, 2), (198, 51, 100), (203, 0, 113)]:
        return b"documentation"
    return b"global"


def kind6(g):
    if not any(g):
        return b"wildcard"
    if g == [0] * 7 + [1]:
        return b"loopback"
    if g[:6] == [0] * 5 + [0xFFFF]:
        return b"mapped"
    if g[0] >> 9 == 0x7E:
        return b"unique-local"
    if g[0] >> 6 == 0x3FA:
        return b"link-local"
    if g[0] >> 8 == 0xFF:
        return b"multicast"
    return b"documentation" if g[:2] == [0x2001, 0xDB8] else b"global"


def network(units, width, prefix):
    out = []
    for i, unit in enumerate(units):
        free = width - min(width, max(0, prefix - i * width))
        out.append(unit >> free << free)
    return out


def answer(raw):
    address, slash, prefix = raw.partition(b"/")
    if b":" in address:
        full = lambda g: b":".join(b"%04x" % n for n in g)
        g = eight(address)
        yield b"full: " + full(g)
        yield b"kind: " + kind6(g)
        if slash:
            yield b"network: " + full(network(g, 16, number(prefix, 128)))
        return
    n = four(address)
    bits = number(prefix, 32) if slash else None
    yield b"binary: " + b".".join(format(b, "08b").encode() for b in n)
    yield b"kind: " + kind4(*n)
    if slash:
        first = network(n, 8, bits)
        yield b"network: %d.%d.%d.%d" % tuple(first)
        if bits > 30:
            yield b"broadcast: none"
            yield b"hosts: %d" % (33 - bits)
        else:
            size = 2 ** (32 - bits)
            last = (int.from_bytes(first, "big") + size - 1).to_bytes(4, "big")
            yield b"broadcast: %d.%d.%d.%d" % tuple(last)
            yield b"hosts: %d" % (size - 2)


def read(lines):
    for line in sys.stdin.buffer:
        lines.put(line.strip(b" \t\r\n"))
    lines.put(None)


def main():
    lines = queue.Queue()
    threading.Thread(target=read, args=(lines,)).start()
    while (raw := lines.get()) is not None:
        try:
            fields = list(answer(raw))
        except ValueError as error:
            fields = [b"error: " + str(error).encode()]
        sys.stdout.buffer.write(b"\n".join([b"input: " + raw, *fields, b"", b""]))
        sys.stdout.buffer.flush()


main()
