"""Reads IP addresses, one a line, and says what is in their bits."""

import sys


def main():
    for line in sys.stdin:
        text = line.strip(" \t\r\n")
        print(f"input: {text}")
        try:
            answer(text)
        except ValueError as error:
            print(f"error: {error}")
        print()


def answer(text):
    """Prints the fields of an address. A ValueError says why it is none."""
    numbers = parse_ipv4(text)
    # TODO 2: eight binary digits for each number: f"{n:08b}".
    print("binary:", numbers)
    # TODO 3: kind, then network, broadcast and hosts if there is a prefix, then
    # IPv6. One step of the check at a time.


def parse_ipv4(text):
    """Reads four numbers with dots between."""
    # TODO 1: text.split(".") gives the parts. Make a number of each with int(),
    # and raise a ValueError for what is no number from 0 to 255.
    return [0, 0, 0, 0]


if __name__ == "__main__":
    main()
