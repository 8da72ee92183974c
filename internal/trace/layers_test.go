package trace

import (
	"encoding/hex"
	"fmt"
	"net"
	"strings"
	"testing"
	"unicode"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shown returns a line a layer and a line a field: its bytes, name, value and note.
func shown(parts []Layer) string {
	var b strings.Builder
	for _, l := range parts {
		fmt.Fprintf(&b, "%s\n", l.Name)
		for _, f := range l.Fields {
			fmt.Fprintf(&b, "%d+%d %s: %s", f.Offset, f.Length, f.Name, f.Value)
			if f.Note != "" {
				fmt.Fprintf(&b, " (%s)", f.Note)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

// aSYN is written by hand, byte by byte.
const aSYN = `020000000002 020000000001 0800
	45 00 003c 90af 4000 40 06 960a 0a000001 0a000002
	d144 22c2 ddfb97a2 00000000 a0 02 faf0 20d3 0000
	020405b4 0402 080af65db833 00000000 01 03030a`

func TestLayersOfASYN(t *testing.T) {
	assert.Equal(t, `Ethernet
0+6 Destination: 02:00:00:00:00:02
6+6 Source: 02:00:00:00:00:01
12+2 Type: 0x0800 (IPv4)
IPv4
14+1 Version: 4
14+1 Header length: 5 (20 bytes)
15+1 DSCP: 0
15+1 ECN: 0
16+2 Total length: 60
18+2 Identification: 0x90af
20+1 Flags: 2 (don't fragment)
20+2 Fragment offset: 0 (0 bytes)
22+1 Time to live: 64
23+1 Protocol: 6 (TCP)
24+2 Header checksum: 0x960a (right)
26+4 Source: 10.0.0.1
30+4 Destination: 10.0.0.2
TCP
34+2 Source port: 53572
36+2 Destination port: 8898
38+4 Sequence number: 3724253090
42+4 Acknowledgment number: 0
46+1 Header length: 10 (40 bytes)
46+1 Reserved: 0
47+1 Flags: 0x02 (SYN)
48+2 Window: 64240
50+2 Checksum: 0x20d3 (right)
52+2 Urgent pointer: 0
54+4 Option: maximum segment size: 1460 bytes
58+2 Option: selective acknowledgment permitted: yes
60+10 Option: timestamps: own 4133337139, echoed 0
70+1 Option: no operation: 1 byte
71+3 Option: window scale: 10: windows count in units of 1024 bytes
`, shown(Layers(unhex(t, aSYN))))
}

func TestLayersOfARP(t *testing.T) {
	assert.Equal(t, `Ethernet
0+6 Destination: ff:ff:ff:ff:ff:ff (broadcast: to every host)
6+6 Source: 02:00:00:00:00:01
12+2 Type: 0x0806 (ARP)
ARP
14+2 Hardware type: 1 (Ethernet)
16+2 Protocol type: 0x0800 (IPv4)
18+1 Hardware size: 6
19+1 Protocol size: 4
20+2 Operation: 1 (request: who has the target's IP address?)
22+6 Sender hardware address: 02:00:00:00:00:01
28+4 Sender IP address: 10.0.0.1
32+6 Target hardware address: 00:00:00:00:00:00
38+4 Target IP address: 10.0.0.2
Padding
42+4 Data: "\x00\x00\x00\x00" (4 bytes)
`, shown(Layers(unhex(t, `ffffffffffff 020000000001 0806
		0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002 00000000`))))
}

// from returns what Layers shows from the named layer on.
func from(t testing.TB, name string, frame []byte) string {
	t.Helper()
	for i, parts := 0, Layers(frame); i < len(parts); i++ {
		if parts[i].Name == name {
			return shown(parts[i:])
		}
	}
	t.Fatalf("no %s in %s", name, shown(Layers(frame)))
	return ""
}

func TestLayersOfUDPAndWhatStandsBehindIt(t *testing.T) {
	frame := udpTo(t, serverIP, 9090, "%H\x1b")[:47] // padded to the 60 bytes that Ethernet wants
	assert.Equal(t, `UDP
34+2 Source port: 40001
36+2 Destination port: 9090
38+2 Length: 11
40+2 Checksum: 0xebc9 (right)
Payload
42+3 Data: "%H\x1b" (3 bytes)
Padding
45+2 Data: "\x00\x00" (2 bytes)
`, from(t, "UDP", frame))
	frame[42] ^= 1
	assert.Contains(t, from(t, "UDP", frame), "(wrong: the receiver discards this)")
	frame[40], frame[41] = 0, 0
	assert.Contains(t, from(t, "UDP", frame), "40+2 Checksum: 0x0000 (none)")
}

func TestLayersOfAnICMPErrorQuoteTheDatagram(t *testing.T) {
	question := udpTo(t, serverIP, 9090, "hi")[:44]
	frame := encode(t, ethernet(layers.EthernetTypeIPv4), ipTo(clientIP, layers.IPProtocolICMPv4),
		&layers.ICMPv4{TypeCode: 3<<8 | 3}, gopacket.Payload(question[14:]))
	got := from(t, "ICMP", frame)
	assert.Contains(t, got, "34+1 Type: 3\n35+1 Code: 3 (destination port unreachable)\n36+2 Checksum: ")
	assert.Contains(t, got, " (right)\n38+2 Unused: 0x0000\n40+2 Next MTU: 0\nQuoted IPv4\n42+1 Version: 4\n")
	assert.Contains(t, got, "Quoted UDP\n62+2 Source port: 40001\n64+2 Destination port: 9090\n")
	assert.True(t, strings.HasSuffix(got, "Quoted Payload\n70+2 Data: \"hi\" (2 bytes)\n"), got)
}

func TestLayersOfIPv6WithAnExtension(t *testing.T) {
	assert.Equal(t, `IPv6
14+1 Version: 6
14+2 Traffic class: 26
15+3 Flow label: 0xbcdef
18+2 Payload length: 40
20+1 Next header: 0 (IPv6HopByHop)
21+1 Hop limit: 255
22+16 Source: fd00::1
38+16 Destination: fd00::2
IPv6HopByHop
54+1 Next header: 58 (ICMPv6)
55+1 Header length: 0 (8 bytes)
56+6 Options: 050200000100
ICMPv6
62+1 Type: 136
63+1 Code: 0 (is at)
64+2 Checksum: 0xe4b2 (wrong: the receiver discards this)
66+4 Flags and reserved: 0x60000000
70+16 Target: fd00::2
86+8 Option: target hardware address: 02:00:00:00:00:02
`, from(t, "IPv6", unhex(t, `020000000002 020000000001 86dd
		6 1a bcdef 0028 00 ff fd000000000000000000000000000001 fd000000000000000000000000000002
		3a 00 050200000100
		88 00 e4b2 60000000 fd000000000000000000000000000002 02 01 020000000002`)))
}

func TestLayersCheckTheSumOverIPv6(t *testing.T) {
	ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: net.ParseIP("fd00::1"), DstIP: net.ParseIP("fd00::2")}
	tcp := &layers.TCP{SrcPort: 1, DstPort: 2, ACK: true, PSH: true}
	require.NoError(t, tcp.SetNetworkLayerForChecksum(ip))
	got := from(t, "TCP", encode(t, ethernet(layers.EthernetTypeIPv6), ip, tcp, gopacket.Payload("odd")))
	assert.Contains(t, got, "67+1 Flags: 0x18 (PSH ACK)\n")
	assert.Regexp(t, `70\+2 Checksum: 0x[0-9a-f]{4} \(right\)`, got)
}

func TestLayersOfADamagedOrCutFrame(t *testing.T) {
	frame := unhex(t, aSYN)
	assert.Equal(t, "Ethernet\n0+0 Destination: cut short\n", shown(Layers(nil)))
	assert.True(t, strings.HasSuffix(shown(Layers(frame[:37])), "TCP\n34+2 Source port: 53572\n36+1 Destination port: cut short\n"))
	assert.Contains(t, shown(Layers(frame[:37])), "16+2 Total length: 60 (37 bytes of that are not here)")
	assert.True(t, strings.HasSuffix(shown(Layers(frame[:62])), "permitted: yes\n60+2 Option: cut short\n"))

	hurt := func(at int, b byte) string {
		bad := append([]byte(nil), frame...)
		bad[at] = b
		return shown(Layers(bad))
	}
	assert.Contains(t, hurt(14, 0x44), "14+1 Header length: 4 (wrong: a header has 20 bytes at least)")
	assert.Contains(t, hurt(46, 0x40), "46+1 Header length: 4 (wrong: a header has 20 bytes at least)")
	assert.Contains(t, hurt(55, 40), "54+20 Option: 022805b40402080af65db833000000000103030a (its length is wrong)")
	assert.Contains(t, hurt(54, 0), "54+20 Option: end of options: 20 bytes\n")
	assert.Contains(t, hurt(17, 10), "16+2 Total length: 10 (wrong: shorter than the header)")
	assert.Contains(t, hurt(23, 132), "IPv4\n14+1")
	assert.Contains(t, hurt(23, 132), "Payload\n34+40 Data: ")
	assert.Contains(t, hurt(21, 3), "Fragment\n34+40 Data: ")

	whole := tcpTo(t, serverIP, "ACK", 1, 1, strings.Repeat("x", 1460))
	got := shown(Layers(whole[:keepHead]))
	assert.Contains(t, got, "xxx\" (1460 bytes, of which 74 are here)\n")
	assert.NotContains(t, got, "wrong")
}

func TestAnnotateCountsFromTheSYN(t *testing.T) {
	d := new(Decoder)
	for i, b := range hello(t) {
		p, _ := d.Decode(frame(b, Delivered))
		parts := Layers(b)
		p.Annotate(parts)
		if i == 3 {
			got := shown(parts)
			assert.Contains(t, got, "38+4 Sequence number: 4000000001 (1, counted from the SYN)")
			assert.Contains(t, got, "42+4 Acknowledgment number: 4294967291 (1, counted from the SYN)")
			assert.Contains(t, got, "48+2 Window: 64240\n")
		}
	}
	p, _ := d.Decode(frame(udpTo(t, serverIP, 9, ""), Delivered))
	p.Annotate(Layers(udpTo(t, serverIP, 9, "")))
}

func FuzzLayers(f *testing.F) {
	f.Add(unhex(f, aSYN), 55)
	f.Add(udpTo(f, serverIP, 9090, "%Y-%m-%d"), 16)
	f.Add(encode(f, ethernet(layers.EthernetTypeIPv4), ipTo(clientIP, layers.IPProtocolICMPv4),
		&layers.ICMPv4{TypeCode: 3<<8 | 3}, gopacket.Payload(udpTo(f, serverIP, 9090, "hi")[14:])), 62)
	f.Add(unhex(f, `020000000002 020000000001 86dd 61abcdef 0028 00 ff fd000000000000000000000000000001
		fd000000000000000000000000000002 3a 00 050200000100 88 00 e4b2 60000000 fd000000000000000000000000000002 0201020000000002`), 55)
	f.Add(unhex(f, `ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002`), 18)
	f.Fuzz(func(t *testing.T, b []byte, at int) {
		hurt := append([]byte(nil), b...)
		if len(b) > 0 {
			hurt[uint(at)%uint(len(b))] ^= 0xff
		}
		for _, frame := range [][]byte{b, hurt, b[:len(b)/2], hurt[:len(b)*2/3]} {
			parts := Layers(frame)
			end := 0
			for _, l := range parts {
				require.NotEmpty(t, l.Fields, l.Name)
				for _, f := range l.Fields {
					require.NotEmpty(t, f.Name)
					require.NotEmpty(t, f.Value, f.Name)
					require.Equal(t, -1, strings.IndexFunc(f.Name+f.Value+f.Note, func(r rune) bool { return !unicode.IsPrint(r) }), "%+v", f)
					require.LessOrEqual(t, f.Offset, end, "a gap before %+v", f)
					require.GreaterOrEqual(t, f.Length, 0, "%+v", f)
					end = max(end, f.Offset+f.Length)
				}
			}
			require.Equal(t, len(frame), end, "every byte is some field's: %s", shown(parts))
		}
	})
}
