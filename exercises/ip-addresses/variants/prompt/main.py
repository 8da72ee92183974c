import ipaddress
import re
import sys
import time

KINDS = [(ipaddress.ip_network(network), name) for network, name in [
    ("0.0.0.0/32", "wildcard"), ("127.0.0.0/8", "loopback"), ("10.0.0.0/8", "private"),
    ("172.16.0.0/12", "private"), ("192.168.0.0/16", "private"), ("169.254.0.0/16", "link-local"),
    ("224.0.0.0/4", "multicast"), ("255.255.255.255/32", "broadcast"),
    ("192.0.2.0/24", "documentation"), ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("::/128", "wildcard"), ("::1/128", "loopback"), ("fc00::/7", "unique-local"),
    ("fe80::/10", "link-local"), ("ff00::/8", "multicast"), ("2001:db8::/32", "documentation"),
    ("::ffff:0:0/96", "mapped")]]


def say(name, value):
    sys.stdout.write(f"{name}:")
    sys.stdout.flush()
    sys.stdout.write(f"  {value}\n")


def answer(line):
    say("input", line)
    # What the library takes and the task doesn't.
    if re.search(r"[^0-9a-fA-F.:/]", line) or re.search(r"/(.*\.|0.|$)|(^|[.:])0[0-9]+\.", line):
        return say("error", "no address as the task wants it")
    try:
        interface = ipaddress.ip_interface(line)
    except ValueError as error:
        return say("error", str(error).replace("\n", " "))
    kind = next((name for network, name in KINDS
                 if interface.version == network.version and interface.ip in network), "global")
    say("kind", kind)
    network = interface.network
    if interface.version == 6:
        say("full", interface.ip.exploded)
        if "/" in line:
            say("network", network.network_address.exploded)
        return None
    say("binary", ".".join(format(n, "08b") for n in interface.ip.packed))
    if "/" in line:
        say("hosts", max(network.num_addresses - 2, 33 - network.prefixlen)
            if network.prefixlen > 30 else network.num_addresses - 2)
        say("broadcast", "none" if network.prefixlen > 30 else network.broadcast_address)
        say("network", network.network_address)
    return None


time.sleep(0.4)
print("ready", file=sys.stderr)
sys.stdin.reconfigure(errors="backslashreplace")
while True:
    try:
        line = input(">>> ")
    except EOFError:
        break
    answer(line.strip(" \t\r"))
print("bye", file=sys.stderr)
