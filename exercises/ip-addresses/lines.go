package ipaddresses

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
)

// A nonsense is a line that must be refused, and why.
type nonsense struct{ line, why string }

const (
	fourNumbers = "an IPv4 address has just four numbers"
	onlyDigits  = "each number is written in the digits 0 to 9, and in nothing else"
	leadingZero = "a number with a zero in front is ambiguous, since some programs read it as octal"
	upTo255     = "eight bits hold numbers up to 255"
	upTo32      = "behind the slash stands a number from 0 to 32, without signs or zeros in front"
)

var badIPv4 = []nonsense{
	{"1.2.3", fourNumbers},
	{"1.2.3.4.5", fourNumbers},
	{"1..2.3", fourNumbers},
	{".1.2.3", fourNumbers},
	{"1.2.3.", fourNumbers},
	{"1.2.3.4.", fourNumbers},
	{"2130706433", fourNumbers},
	{"256.1.1.1", upTo255},
	{"1.1.1.999", upTo255},
	{"1.2.3.4294967300", upTo255},           // 2^32 + 4
	{"1.2.3.18446744073709551620", upTo255}, // 2^64 + 4
	{"010.0.0.1", leadingZero},
	{"1.2.3.00", leadingZero},
	{"192.168.001.1", leadingZero},
	{"0x7f.0.0.1", onlyDigits},
	{"+1.2.3.4", onlyDigits},
	{"1.2.3.-4", onlyDigits},
	{"1_0.0.0.1", onlyDigits},
	{"1e1.0.0.1", onlyDigits},
	{"1. 2.3.4", onlyDigits},
	{"1.2.3.4 5", onlyDigits},
	{"١.٢.٣.٤", onlyDigits},
	{"1.2.3.4%eth0", "a zone is no part of an address"},
	{"localhost", "a name is no address"},
	{"10.0.0.1:9001", "a port is no part of an address"},
	{"1.2.3.4/33", upTo32},
	{"1.2.3.4/", upTo32},
	{"1.2.3.4/-1", upTo32},
	{"1.2.3.4/+8", upTo32},
	{"1.2.3.4/08", upTo32},
	{"1.2.3.4/ 8", upTo32},
	{"1.2.3.4/1_6", upTo32},
	{"1.2.3.4/٨", upTo32},
	{"1.2.3.4/4294967304", upTo32}, // 2^32 + 8
	{"1.2.3.4/8/8", upTo32},
	{"1.2.3.4 /8", upTo32},
	{"1.2.3.4/255.255.255.0", upTo32},
	{"/24", "there is no address in front of the slash"},
	{"1.2.3/24", fourNumbers},
}

const (
	eightGroups = "without :: an IPv6 address has just eight groups"
	oneGap      = "two :: would leave open how many zeros each of them stands for"
	gapOfSome   = ":: stands for one group of zeros at least, so that there is room for seven more"
	hexDigits   = "a group is written in one to four hexadecimal digits, and in nothing else"
	noZone      = "a zone is no part of the 128 bits, and only one machine knows what it means"
	upTo128     = "behind the slash stands a number from 0 to 128, without signs or zeros in front"
	tail        = "an IPv4 address may stand for the last two groups, and is written as one alone"
)

var badIPv6 = []nonsense{
	{"1::2::3", oneGap},
	{"::1::", oneGap},
	{":::", oneGap},
	{"1:::2", oneGap},
	{"1:2:3:4:5:6:7", eightGroups},
	{"1:2:3:4:5:6:7:8:9", eightGroups},
	{"1:2:3:4:5:6:7:8::", gapOfSome},
	{"1::2:3:4:5:6:7:8", gapOfSome},
	{"1:2:3::4:5:6:1.2.3.4", gapOfSome},
	{"1:2:3:4:5::6:7:8:9:a", gapOfSome},
	{":1:2:3:4:5:6:7", eightGroups},
	{"1:2:3:4:5:6:7:", eightGroups},
	{":1::2", "it begins with a single colon"},
	{"1::2:", "it ends with a single colon"},
	{":", eightGroups},
	{"12345::", hexDigits},
	{"00001::", hexDigits},
	{"g::1", hexDigits},
	{"0x1::", hexDigits},
	{"::-1", hexDigits},
	{"::+1", hexDigits},
	{"fe80: :1", hexDigits},
	{"fe80:: 1", hexDigits},
	{"fe80::١", hexDigits},
	{"fe80::1%eth0", noZone},
	{"fe80::1%eth0/64", noZone},
	{"[::1]", "brackets belong to an address with a port"},
	{"::1/129", upTo128},
	{"::1/", upTo128},
	{"::1/064", upTo128},
	{"::1/-1", upTo128},
	{"::1/+64", upTo128},
	{"::1/ 64", upTo128},
	{"::1/6_4", upTo128},
	{"::1/６４", upTo128},
	{"::1/4294967360", upTo128}, // 2^32 + 64
	{"::1/ffff::", upTo128},
	{"::ffff:1.2.3", tail},
	{"::ffff:256.1.1.1", tail},
	{"::ffff:01.2.3.4", tail},
	{"::1.2.3.4:5", tail},
	{"1.2.3.4::", tail},
	{"1:2:3:4:5:6:7:1.2.3.4", tail},
}

const (
	onlyTheseSpaces = "of all white space, only spaces, tabs and \\r at the ends of a line don't count"
	noCommand       = "no line is a command or a comment"
)

// oddLines are refused for what stands beside an address or in the middle of
// it, or in its place. None has a \r inside, where Python and Node see the end
// of a line.
var oddLines = []nonsense{
	{"caf\xe9", "it is not UTF-8"},
	{"\xff\xfe\x00", "it is not UTF-8"},
	{"1.2.3.4\xff", "a byte that is not UTF-8 is not to be dropped"},
	{"1.2.3.4\x00 and more", "a zero byte doesn't end a line"},
	{"1.2.\x013.4", "a control character is not to be dropped"},
	{"1.2.3.4\f5.6.7.8", "a form feed doesn't end a line"},
	{"\f1.2.3.4", onlyTheseSpaces},
	{"\u00a01.2.3.4", onlyTheseSpaces},
	{"q", noCommand},
	{"quit", noCommand},
	{"#", noCommand},
	{"# 1.2.3.4", noCommand},
	{strings.Repeat("1", 990), fourNumbers},
}

// whyRefused returns why a line is refused; empty if that needs no words.
func whyRefused(line string) string {
	for _, n := range slices.Concat(badIPv4, badIPv6, oddLines) {
		if n.line == line {
			return n.why
		}
	}
	return ""
}

// strangeIPv6 are addresses in which something stands at its limit.
var strangeIPv6 = []string{
	"::", "::1", "1::", "1::8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3::5:6:7:8", "1:2:3:4:5:6:7:8",
	"0:0:0:0:0:0:0:1", "2001:DB8::A", "2001:0db8:0000::000a", "::ffff:1.2.3.4", "64:ff9b::192.0.2.33",
	"1:2:3:4:5:6:1.2.3.4", "1::3.4.5.6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
}

// Addresses at both ends of each row of the task's table, and next to them, and
// some of those that only IANA's lists call special (RFC 6890).
var (
	kindsOfIPv4 = []string{
		"0.0.0.0", "0.0.0.1", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", "8.8.8.8",
		"126.255.255.255", "127.0.0.0", "127.0.0.1", "127.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0",
		"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0",
		"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0",
		"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0",
		"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0",
		"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0",
		"223.255.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
		"100.64.0.1", "192.0.0.1", "192.88.99.1", "198.18.0.1", "241.2.3.4",
	}
	kindsOfIPv6 = []string{
		"::", "::1", "::2", "::fffe:ffff:ffff", "::ffff:0:0", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:ffff:ffff", "::1:0:0:0",
		"::127.0.0.1", "2001:db7:ffff::1", "2001:db8::", "2001:db8:ffff:ffff::1", "2001:db9::", "2606:4700::1111",
		"fbff::1", "fc00::", "fd00::2", "fdff::ffff", "fe00::", "fe7f::1", "fe80::", "fe80::1", "febf::ffff", "fec0::1",
		"feff::1", "ff00::", "ff02::1", "ffff::",
		"64:ff9b::1", "100::1", "2001::1", "2002::1", "3fff::1",
	}
)

// anyIPv4 draws an address, from one of the task's kinds as often as not.
func anyIPv4(r *rand.Rand) netip.Addr {
	n := r.Uint32()
	switch r.IntN(8) {
	case 0:
		n = 10<<24 | n>>8
	case 1:
		n = 172<<24 | 16<<16 | n>>12
	case 2:
		n = 192<<24 | 168<<16 | n>>16
	case 3:
		n = 127<<24 | n>>8
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}

// networked draws an address with a prefix of from bits to to bits.
func networked(r *rand.Rand, from, to int) string {
	return fmt.Sprintf("%v/%d", anyIPv4(r), from+r.IntN(to-from+1))
}

// anyIPv6 draws an address with zeros in it.
func anyIPv6(r *rand.Rand) netip.Addr {
	var b [16]byte
	for i := range 8 {
		if r.IntN(2) == 0 {
			binary.BigEndian.PutUint16(b[2*i:], uint16(r.Uint32())>>r.IntN(16))
		}
	}
	return netip.AddrFrom16(b)
}

// spell writes an IPv6 address in one of the ways there are (RFC 4291 §2.2).
func spell(r *rand.Rand, a netip.Addr) string {
	switch r.IntN(3) {
	case 0:
		return a.StringExpanded()
	case 1:
		return strings.ToUpper(a.StringExpanded())
	}
	return a.String()
}

// manyLines returns ten thousand addresses, far more than a pipe holds.
func manyLines(r *rand.Rand) []string {
	lines := make([]string, 10_000)
	for i := range lines {
		switch i % 10 {
		case 3:
			lines[i] = networked(r, 1, 32)
		case 7:
			lines[i] = spell(r, anyIPv6(r))
		default:
			lines[i] = anyIPv4(r).String()
		}
	}
	return lines
}

// shuffled returns the lines in an order drawn by chance.
func shuffled(r *rand.Rand, lines ...string) []string {
	out := make([]string, len(lines))
	for i, at := range r.Perm(len(lines)) {
		out[i] = lines[at]
	}
	return out
}
