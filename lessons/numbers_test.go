package lessons_test

import (
	"fmt"
	"math"
	"math/bits"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// says wants the lesson to have these words, which a test has put together from
// numbers that it got elsewhere.
func says(t *testing.T, slug, format string, args ...any) {
	t.Helper()
	l, err := load(t).Find(slug)
	require.NoError(t, err)
	text := strings.Join(strings.Fields(strings.ReplaceAll(l.Text, "`", "")), " ")
	assert.Contains(t, text, fmt.Sprintf(format, args...))
}

func TestLessonsHaveTheNumbersOfTheStandards(t *testing.T) {
	says(t, "ports", "a number of %d bits, from 0 to %d", bits.Len16(math.MaxUint16), math.MaxUint16)
	says(t, "ports", "type %d, code %d", layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4CodePort)
	for port, name := range map[layers.TCPPort]string{22: "SSH", 53: "domain", 80: "HTTP", 443: "HTTPS", 5432: "PostgreSQL"} {
		require.Contains(t, port.String(), "("+strings.ToLower(name)+")")
		if name == "domain" {
			name = "DNS" // what people say
		}
		says(t, "ports", "%d %s", port, name)
	}

	const taibai = "太白"
	says(t, "tcp-chat", "%s and Enter are seven bytes", taibai)
	require.Len(t, taibai+"\n", 7)
	says(t, "tcp-chat", `\n % x \n`, taibai)
	says(t, "tcp-chat", "all %d bytes of Du's line", len("anyone there?\n"))

	answered := 0.7 * 0.7
	says(t, "udp-time", "0.7 × 0.7 = %.2f, and three fail in a row in %.0f of 100 cases", answered, 100*math.Pow(1-answered, 3))
	overflow := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).Add(math.MaxUint32 * time.Second)
	says(t, "udp-time", "In %d they will no longer fit into 32 bits", overflow.Year())

	says(t, "udp-chat", "it has %d bytes, of which you see %d", len("\x1b[31manna\x1b[0m : hello\n"), len("anna : hello"))
	says(t, "udp-chat", "This prints %d, not %d", len("\x1b[31manna\x1b[0m"), len("anna"))
}

func TestAddressesAreOfTheKindThatTheLessonSays(t *testing.T) {
	net := netip.MustParsePrefix("10.0.0.77/26")
	size := 1 << (32 - net.Bits())
	first := net.Masked().Addr()
	last := first
	for range size - 1 {
		last = last.Next()
	}
	says(t, "ip-addresses", "network's own address, %v; with all of them 1 it is the broadcast address, %v", first, last)
	says(t, "ip-addresses", "Six bits make %d addresses; without these two, %d are left", size, size-2)
	b := netip.MustParseAddr("100.4.5.6").As4()
	says(t, "ip-addresses", "%08b.%08b.%08b.%08b", b[0], b[1], b[2], b[3])

	for kind, row := range map[string]struct {
		is       func(netip.Addr) bool
		prefixes []string
	}{
		"loopback":   {netip.Addr.IsLoopback, []string{"127.0.0.0/8", "::1/128"}},
		"wildcard":   {netip.Addr.IsUnspecified, []string{"0.0.0.0/32", "::/128"}},
		"private":    {netip.Addr.IsPrivate, []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}},
		"link-local": {netip.Addr.IsLinkLocalUnicast, []string{"169.254.0.0/16", "fe80::/10"}},
		"multicast":  {netip.Addr.IsMulticast, []string{"224.0.0.0/4", "ff00::/8"}},
	} {
		for _, p := range row.prefixes {
			p := netip.MustParsePrefix(p)
			written := p.String()
			if p.IsSingleIP() {
				written = p.Addr().String()
			}
			says(t, "ip-addresses", "| %s |", kind)
			says(t, "ip-addresses", "%s", written)
			assert.True(t, row.is(p.Addr()), "%s %s", kind, p)
			assert.False(t, row.is(p.Addr().Prev()), "%s begins before %s", kind, p)
			assert.Equal(t, p.Contains(p.Addr().Next()), row.is(p.Addr().Next()), "%s %s", kind, p)
		}
	}
	long, short := netip.MustParseAddr("fd00:0:0:0:0:0:0:2"), netip.MustParseAddr("fd00::2")
	assert.Equal(t, long, short)
	says(t, "ip-addresses", "%s fd00:0:0:0:0:0:0:2 %s", short.StringExpanded(), short)
}
