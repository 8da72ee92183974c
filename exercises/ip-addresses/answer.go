package ipaddresses

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// The fields of an answer, by the names that the task gives them.
const (
	fieldInput     = "input"
	fieldBinary    = "binary"
	fieldFull      = "full"
	fieldKind      = "kind"
	fieldNetwork   = "network"
	fieldBroadcast = "broadcast"
	fieldHosts     = "hosts"
	fieldError     = "error"
)

// fieldNames are all of them, in the order in which the task lists them.
var fieldNames = []string{fieldInput, fieldBinary, fieldFull, fieldKind, fieldNetwork, fieldBroadcast, fieldHosts, fieldError}

// answerTo returns the fields that the task wants in answer to a line, without
// fieldInput. Where it wants an error, the text of it is the program's own, and
// the value here is why.
func answerTo(line string) map[string]string {
	text := strings.Trim(line, " \t\r\n")
	prefix, hasPrefix, err := parse(text)
	if err != nil {
		return map[string]string{fieldError: err.Error()}
	}
	a := prefix.Addr()
	out := map[string]string{fieldKind: kindOf(a)}
	if a.Is4() {
		out[fieldBinary] = binaryOf(a)
	} else {
		out[fieldFull] = a.StringExpanded()
	}
	if !hasPrefix {
		return out
	}
	network := prefix.Masked().Addr()
	if a.Is6() {
		out[fieldNetwork] = network.StringExpanded()
		return out
	}
	out[fieldNetwork] = network.String()
	out[fieldBroadcast], out[fieldHosts] = "none", "1" // one address, and nobody else (RFC 4632 §3.1)
	switch free := 32 - prefix.Bits(); free {
	case 0:
	case 1: // two ends of a link (RFC 3021)
		out[fieldHosts] = "2"
	default:
		size := uint64(1) << free
		out[fieldBroadcast] = lastOf(network, size).String()
		out[fieldHosts] = strconv.FormatUint(size-2, 10)
	}
	return out
}

// parse reads an address, or an address and how many bits of it are the
// network's. Without that, the prefix has all the bits there are.
func parse(text string) (p netip.Prefix, hasPrefix bool, err error) {
	if strings.Contains(text, "%") {
		return p, false, fmt.Errorf("a zone is no part of an address")
	}
	if strings.Contains(text, "/") {
		p, err = netip.ParsePrefix(text)
		return p, true, err
	}
	a, err := netip.ParseAddr(text)
	return netip.PrefixFrom(a, a.BitLen()), false, err
}

func binaryOf(a netip.Addr) string {
	b := a.As4()
	return fmt.Sprintf("%08b.%08b.%08b.%08b", b[0], b[1], b[2], b[3])
}

// lastOf returns the last address of an IPv4 network.
func lastOf(network netip.Addr, size uint64) netip.Addr {
	b := network.As4()
	var last [4]byte
	binary.BigEndian.PutUint32(last[:], binary.BigEndian.Uint32(b[:])+uint32(size-1))
	return netip.AddrFrom4(last)
}

// Networks that the task names, beside those that netip knows.
var (
	broadcast     = netip.AddrFrom4([4]byte{255, 255, 255, 255}) // RFC 919 §7
	uniqueLocal   = netip.MustParsePrefix("fc00::/7")            // RFC 4193 §3.1
	documentation = []netip.Prefix{                              // RFC 5737 §3, RFC 3849 §2
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8::/32"),
	}
)

// kindOf returns the one kind of the task's table that an address is of.
func kindOf(a netip.Addr) string {
	switch {
	case a.Is4In6(): // netip would look at the IPv4 address inside
		return "mapped"
	case a.IsUnspecified():
		return "wildcard"
	case a.IsLoopback():
		return "loopback"
	case a.IsLinkLocalUnicast():
		return "link-local"
	case a == broadcast:
		return "broadcast"
	case a.IsMulticast():
		return "multicast"
	case uniqueLocal.Contains(a):
		return "unique-local"
	case a.IsPrivate():
		return "private"
	}
	for _, p := range documentation {
		if p.Contains(a) {
			return "documentation"
		}
	}
	return "global"
}
