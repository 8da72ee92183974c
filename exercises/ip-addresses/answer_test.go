package ipaddresses

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAnswersOfTheTask(t *testing.T) {
	for line, want := range map[string]map[string]string{
		"100.4.5.6": {"binary": "01100100.00000100.00000101.00000110", "kind": "global"},
		"10.0.0.77/26": {"binary": "00001010.00000000.00000000.01001101", "kind": "private",
			"network": "10.0.0.64", "broadcast": "10.0.0.127", "hosts": "62"},
		" \t10.0.0.1/31 \r\n": {"binary": "00001010.00000000.00000000.00000001", "kind": "private",
			"network": "10.0.0.0", "broadcast": "none", "hosts": "2"},
		"192.0.2.1/32": {"binary": "11000000.00000000.00000010.00000001", "kind": "documentation",
			"network": "192.0.2.1", "broadcast": "none", "hosts": "1"},
		"0.0.0.0/0": {"binary": "00000000.00000000.00000000.00000000", "kind": "wildcard",
			"network": "0.0.0.0", "broadcast": "255.255.255.255", "hosts": "4294967294"},
		"fe80::1": {"full": "fe80:0000:0000:0000:0000:0000:0000:0001", "kind": "link-local"},
		"FD00:0:0:7::A/64": {"full": "fd00:0000:0000:0007:0000:0000:0000:000a", "kind": "unique-local",
			"network": "fd00:0000:0000:0007:0000:0000:0000:0000"},
		"::ffff:127.0.0.1": {"full": "0000:0000:0000:0000:0000:ffff:7f00:0001", "kind": "mapped"},
	} {
		assert.Equal(t, want, answerTo(line), line)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	for _, n := range slices.Concat([]nonsense{{line: ""}}, badIPv4, badIPv6, oddLines) {
		assert.Contains(t, answerTo(n.line), fieldError, "%q", n.line)
	}
}

// TestKinds holds each row of the task's table at both of its ends, and what
// stands next to it.
func TestKinds(t *testing.T) {
	for kind, ranges := range map[string][][2]string{
		"wildcard":   {{"0.0.0.0", "0.0.0.0"}, {"::", "::"}},
		"loopback":   {{"127.0.0.0", "127.255.255.255"}, {"::1", "::1"}},
		"private":    {{"10.0.0.0", "10.255.255.255"}, {"172.16.0.0", "172.31.255.255"}, {"192.168.0.0", "192.168.255.255"}},
		"link-local": {{"169.254.0.0", "169.254.255.255"}, {"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}},
		"multicast":  {{"224.0.0.0", "239.255.255.255"}, {"ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}},
		"broadcast":  {{"255.255.255.255", "255.255.255.255"}},
		"documentation": {{"192.0.2.0", "192.0.2.255"}, {"198.51.100.0", "198.51.100.255"}, {"203.0.113.0", "203.0.113.255"},
			{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"}},
		"unique-local": {{"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}},
		"mapped":       {{"::ffff:0.0.0.0", "::ffff:255.255.255.255"}},
	} {
		for _, r := range ranges {
			first, last := netip.MustParseAddr(r[0]), netip.MustParseAddr(r[1])
			assert.Equal(t, kind, kindOf(first), first)
			assert.Equal(t, kind, kindOf(last), last)
			for _, neighbour := range []netip.Addr{first.Prev(), last.Next()} {
				if neighbour.IsValid() {
					assert.NotEqual(t, kind, kindOf(neighbour), neighbour)
				}
			}
		}
	}
}

// Arithmetic on 32 bits, and how people write numbers, give what answerTo gives.
func TestIPv4ByArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint32().Draw(t, "address")
		bits := rapid.IntRange(0, 32).Draw(t, "bits")
		text := dotted(n)
		got := answerTo(fmt.Sprintf("%s/%d", text, bits))

		whole := fmt.Sprintf("%032b", n)
		require.Equal(t, strings.Join([]string{whole[:8], whole[8:16], whole[16:24], whole[24:]}, "."), got[fieldBinary])
		first, last := n, n
		for i := range 32 - bits {
			first &^= 1 << i
			last |= 1 << i
		}
		require.Equal(t, dotted(first), got[fieldNetwork])
		hosts := uint64(last) - uint64(first) + 1
		if bits < 31 {
			require.Equal(t, dotted(last), got[fieldBroadcast])
			hosts -= 2
		} else {
			require.Equal(t, "none", got[fieldBroadcast])
		}
		require.Equal(t, fmt.Sprint(hosts), got[fieldHosts])
		require.NotContains(t, got, fieldFull)
		require.NotContains(t, got, fieldError)

		alone := answerTo(text)
		require.Len(t, alone, 2)
		require.Equal(t, got[fieldBinary], alone[fieldBinary])
		require.Equal(t, got[fieldKind], alone[fieldKind])
	})
}

func dotted(n uint32) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3])
}

// The same for 128 bits, in whatever way the address is written.
func TestIPv6ByArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := make([]uint16, 8)
		for i := range groups {
			groups[i] = rapid.OneOf(rapid.Just(uint16(0)), rapid.Uint16()).Draw(t, "group")
		}
		bits := rapid.IntRange(0, 128).Draw(t, "bits")
		text := written(t, groups)
		got := answerTo(fmt.Sprintf("%s/%d", text, bits))
		require.Equal(t, full(groups), got[fieldFull], text)

		n := new(big.Int)
		for _, g := range groups {
			n.Or(n.Lsh(n, 16), big.NewInt(int64(g)))
		}
		for i := range 128 - bits {
			n.SetBit(n, i, 0)
		}
		for i := range groups {
			groups[i] = uint16(new(big.Int).Rsh(n, uint(16*(7-i))).Uint64())
		}
		require.Equal(t, full(groups), got[fieldNetwork], text)
		require.Len(t, got, 3, "neither a broadcast address nor a number of hosts")
	})
}

func full(groups []uint16) string {
	var out []string
	for _, g := range groups {
		out = append(out, fmt.Sprintf("%04x", g))
	}
	return strings.Join(out, ":")
}

// written writes an address in one of the ways of RFC 4291 §2.2: with zeros in
// front of a group or without, in upper or lower case, with :: for a run of
// zeros, with the last two groups as an IPv4 address.
func written(t *rapid.T, groups []uint16) string {
	format := rapid.SampledFrom([]string{"%x", "%X", "%04x"}).Draw(t, "format")
	parts := make([]string, 8)
	for i, g := range groups {
		parts[i] = fmt.Sprintf(format, g)
	}
	if rapid.Bool().Draw(t, "dotted") {
		parts = append(parts[:6], dotted(uint32(groups[6])<<16|uint32(groups[7])))
	}
	from := rapid.IntRange(0, 5).Draw(t, "from")
	to := from
	for to < 6 && groups[to] == 0 {
		to++
	}
	if to == from || !rapid.Bool().Draw(t, "short") {
		return strings.Join(parts, ":")
	}
	return strings.Join(parts[:from], ":") + "::" + strings.Join(parts[to:], ":")
}

// What netip doesn't take for an address is refused, and nothing else but zones.
func TestRefusesWhatNetipRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[0-9a-f:.%/ ]{0,20}`).Draw(t, "line")
		text := strings.TrimSpace(line)
		_, err := netip.ParseAddr(text)
		if strings.Contains(text, "/") {
			_, err = netip.ParsePrefix(text)
		}
		refused := err != nil || strings.Contains(text, "%")
		_, isError := answerTo(line)[fieldError]
		require.Equal(t, refused, isError, "%q", line)
	})
}
