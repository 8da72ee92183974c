package main

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// An address is an IP address, perhaps with a prefix.
type address struct {
	bytes     []byte // 4 or 16
	prefix    int    // how many bits are the network's
	hasPrefix bool
}

func (a address) isIPv4() bool { return len(a.bytes) == 4 }

// String writes an address as four numbers, or as eight groups in full.
func (a address) String() string {
	if a.isIPv4() {
		return fmt.Sprintf("%d.%d.%d.%d", a.bytes[0], a.bytes[1], a.bytes[2], a.bytes[3])
	}
	groups := make([]string, 8)
	for i := range groups {
		groups[i] = fmt.Sprintf("%04x", binary.BigEndian.Uint16(a.bytes[2*i:]))
	}
	return strings.Join(groups, ":")
}

// binary writes an IPv4 address as four times eight bits.
func (a address) binary() string {
	return fmt.Sprintf("%08b.%08b.%08b.%08b", a.bytes[0], a.bytes[1], a.bytes[2], a.bytes[3])
}

// network returns the first address of a's network: all host bits are 0.
func (a address) network() address {
	out := make([]byte, len(a.bytes))
	for i, b := range a.bytes {
		out[i] = b & a.mask(i)
	}
	return address{bytes: out}
}

// broadcast returns the last address of a's network: all host bits are 1.
func (a address) broadcast() address {
	out := make([]byte, len(a.bytes))
	for i, b := range a.bytes {
		out[i] = b | ^a.mask(i)
	}
	return address{bytes: out}
}

// mask returns byte i of the netmask, whose first prefix bits are 1.
func (a address) mask(i int) byte {
	ones := min(max(a.prefix-8*i, 0), 8) // of this byte
	return ^byte(0xff >> ones)
}

// in reports whether a's first bits are those of the network.
func (a address) in(network address) bool {
	if len(a.bytes) != len(network.bytes) {
		return false
	}
	for i, b := range a.bytes {
		if (b^network.bytes[i])&network.mask(i) != 0 {
			return false
		}
	}
	return true
}

// kinds are the rows of the task's table. No address is in two of them.
var kinds = []struct {
	name    string
	network address
}{
	{"wildcard", mustParse("0.0.0.0/32")},
	{"loopback", mustParse("127.0.0.0/8")},
	{"private", mustParse("10.0.0.0/8")},
	{"private", mustParse("172.16.0.0/12")},
	{"private", mustParse("192.168.0.0/16")},
	{"link-local", mustParse("169.254.0.0/16")},
	{"multicast", mustParse("224.0.0.0/4")},
	{"broadcast", mustParse("255.255.255.255/32")},
	{"documentation", mustParse("192.0.2.0/24")},
	{"documentation", mustParse("198.51.100.0/24")},
	{"documentation", mustParse("203.0.113.0/24")},
	{"wildcard", mustParse("::/128")},
	{"loopback", mustParse("::1/128")},
	{"unique-local", mustParse("fc00::/7")},
	{"link-local", mustParse("fe80::/10")},
	{"multicast", mustParse("ff00::/8")},
	{"documentation", mustParse("2001:db8::/32")},
	{"mapped", mustParse("::ffff:0:0/96")},
}

func (a address) kind() string {
	for _, k := range kinds {
		if a.in(k.network) {
			return k.name
		}
	}
	return "global"
}
