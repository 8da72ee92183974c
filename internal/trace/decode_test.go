package trace

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"unicode"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	clientMAC = net.HardwareAddr{2, 0, 0, 0, 0, 1}
	serverMAC = net.HardwareAddr{2, 0, 0, 0, 0, 2}
	clientIP  = net.IP{10, 0, 0, 1}
	serverIP  = net.IP{10, 0, 0, 2}
)

// encode returns the frame that these layers make, with right lengths and checksums.
func encode(t testing.TB, parts ...gopacket.SerializableLayer) []byte {
	t.Helper()
	buf := gopacket.NewSerializeBuffer()
	opts := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	require.NoError(t, gopacket.SerializeLayers(buf, opts, parts...))
	return buf.Bytes()
}

func frame(bytes []byte, fate Fate) Event {
	return Event{Kind: KindFrame, Host: Client, Frame: &Frame{Bytes: bytes, Length: len(bytes), Fate: fate}}
}

func ethernet(typ layers.EthernetType) *layers.Ethernet {
	return &layers.Ethernet{SrcMAC: clientMAC, DstMAC: serverMAC, EthernetType: typ}
}

// ipTo returns IP from one host to the other.
func ipTo(to net.IP, protocol layers.IPProtocol) *layers.IPv4 {
	from := clientIP
	if to.Equal(clientIP) {
		from = serverIP
	}
	return &layers.IPv4{Version: 4, TTL: 64, SrcIP: from, DstIP: to, Protocol: protocol}
}

// tcpTo returns a segment between port 40001 of the client and 8898 of the
// server; flags is such as "SYN ACK".
func tcpTo(t testing.TB, to net.IP, flags string, seq, ack uint32, payload string, options ...layers.TCPOption) []byte {
	t.Helper()
	tcp := &layers.TCP{SrcPort: 40001, DstPort: 8898, Seq: seq, Ack: ack, Window: 64240, Options: options,
		SYN: strings.Contains(flags, "SYN"), FIN: strings.Contains(flags, "FIN"), RST: strings.Contains(flags, "RST"),
		PSH: strings.Contains(flags, "PSH"), ACK: strings.Contains(flags, "ACK")}
	if to.Equal(clientIP) {
		tcp.SrcPort, tcp.DstPort = tcp.DstPort, tcp.SrcPort
	}
	ip := ipTo(to, layers.IPProtocolTCP)
	require.NoError(t, tcp.SetNetworkLayerForChecksum(ip))
	return encode(t, ethernet(layers.EthernetTypeIPv4), ip, tcp, gopacket.Payload(payload))
}

func udpTo(t testing.TB, to net.IP, port uint16, payload string) []byte {
	t.Helper()
	ip, udp := ipTo(to, layers.IPProtocolUDP), &layers.UDP{SrcPort: 40001, DstPort: layers.UDPPort(port)}
	require.NoError(t, udp.SetNetworkLayerForChecksum(ip))
	return encode(t, ethernet(layers.EthernetTypeIPv4), ip, udp, gopacket.Payload(payload))
}

// summaries decodes one frame after the other and returns what is said of each.
func summaries(t testing.TB, d *Decoder, frames ...[]byte) []string {
	t.Helper()
	var lines []string
	for _, f := range frames {
		p, ok := d.Decode(frame(f, Delivered))
		require.True(t, ok)
		line := p.Summary()
		if p.Retransmission {
			line += " again"
		}
		lines = append(lines, line)
	}
	return lines
}

const clientISN, serverISN = 4_000_000_000, 4_294_967_290 // the server's numbers come round within 6 bytes

func hello(t testing.TB) [][]byte {
	return [][]byte{
		tcpTo(t, serverIP, "SYN", clientISN, 0, ""),
		tcpTo(t, clientIP, "SYN ACK", serverISN, clientISN+1, ""),
		tcpTo(t, serverIP, "ACK", clientISN+1, serverISN+1, ""),
		tcpTo(t, serverIP, "PSH ACK", clientISN+1, serverISN+1, "hello!"),
		tcpTo(t, clientIP, "ACK", serverISN+1, clientISN+7, ""),
		tcpTo(t, clientIP, "PSH ACK", serverISN+1, clientISN+7, "hi"),
		tcpTo(t, clientIP, "FIN ACK", serverISN+3, clientISN+7, ""),
		tcpTo(t, serverIP, "FIN ACK", clientISN+7, serverISN+4, ""),
		tcpTo(t, clientIP, "ACK", serverISN+4, clientISN+8, ""),
	}
}

func TestTCPNumbersCountFromTheSYN(t *testing.T) {
	assert.Equal(t, []string{
		`SYN seq=0 win=64240`,
		`SYN ACK seq=0 ack=1 win=64240`,
		`ACK seq=1 ack=1`,
		`PSH ACK seq=1 ack=1 "hello!"`,
		`ACK seq=1 ack=7`,
		`PSH ACK seq=1 ack=7 "hi"`,
		`FIN ACK seq=3 ack=7`,
		`FIN ACK seq=7 ack=4`,
		`ACK seq=4 ack=8`,
	}, summaries(t, new(Decoder), hello(t)...))
}

func TestTCPPacketHasItsAddressesAndPayload(t *testing.T) {
	p, ok := new(Decoder).Decode(frame(tcpTo(t, serverIP, "PSH ACK", 5, 9, "hello!"), Delivered))
	require.True(t, ok)
	assert.Equal(t, Packet{
		Protocol: "TCP", Flags: "PSH ACK", Seq: 1, Ack: 1, Window: 64240,
		Source:      netip.MustParseAddrPort("10.0.0.1:40001"),
		Destination: netip.MustParseAddrPort("10.0.0.2:8898"),
		Payload:     []byte("hello!"), Length: 6,
	}, p)
}

func TestTCPConnectionSeenFromItsMiddleCountsOn(t *testing.T) {
	assert.Equal(t, []string{
		`PSH ACK seq=1 ack=1 "a"`,
		`PSH ACK seq=1 ack=2 "b"`,
		`ACK seq=2 ack=2`,
	}, summaries(t, new(Decoder),
		tcpTo(t, serverIP, "PSH ACK", 700, 900, "a"),
		tcpTo(t, clientIP, "PSH ACK", 900, 701, "b"),
		tcpTo(t, serverIP, "ACK", 701, 901, ""),
	))
}

func TestTCPRefusalAnswersTheSYN(t *testing.T) {
	assert.Equal(t, []string{`SYN seq=0 win=64240`, `RST ACK seq=0 ack=1`}, summaries(t, new(Decoder),
		tcpTo(t, serverIP, "SYN", clientISN, 0, ""),
		tcpTo(t, clientIP, "RST ACK", 0, clientISN+1, ""),
	))
}

func TestTCPNewSYNBeginsANewConnection(t *testing.T) {
	d := new(Decoder)
	summaries(t, d, hello(t)...)
	assert.Equal(t, []string{
		`SYN seq=0 win=64240`,
		`RST ACK seq=0 ack=1`, // not counted from the old connection's numbers
		`SYN seq=0 win=64240`,
		`SYN ACK seq=0 ack=1 win=64240`,
		`PSH ACK seq=1 ack=1 "hello!"`,
	}, summaries(t, d,
		tcpTo(t, serverIP, "SYN", 77, 0, ""),
		tcpTo(t, clientIP, "RST ACK", 0, 78, ""),
		tcpTo(t, serverIP, "SYN", 88, 0, ""),
		tcpTo(t, clientIP, "SYN ACK", 99, 89, ""),
		tcpTo(t, serverIP, "PSH ACK", 89, 100, "hello!"),
	))
}

func TestTCPSimultaneousOpenKeepsBothNumbers(t *testing.T) {
	assert.Equal(t, []string{
		`SYN seq=0 win=64240`, `SYN seq=0 win=64240`,
		`SYN ACK seq=0 ack=1 win=64240 again`, `SYN ACK seq=0 ack=1 win=64240 again`,
	}, summaries(t, new(Decoder),
		tcpTo(t, serverIP, "SYN", 10, 0, ""), tcpTo(t, clientIP, "SYN", 20, 0, ""),
		tcpTo(t, serverIP, "SYN ACK", 10, 21, ""), tcpTo(t, clientIP, "SYN ACK", 20, 11, ""),
	))
}

func TestRetransmissionIsDataSYNOrFINSeenBefore(t *testing.T) {
	syn := tcpTo(t, serverIP, "SYN", 100, 0, "")
	data := func(seq uint32, s string) []byte { return tcpTo(t, serverIP, "ACK", seq, 500, s) }
	fin := tcpTo(t, serverIP, "FIN ACK", 111, 500, "")
	assert.Equal(t, []string{
		`SYN seq=0 win=64240`,
		`SYN seq=0 win=64240 again`,
		`ACK seq=1 ack=1`,
		`ACK seq=1 ack=1`, // a bare acknowledgement takes no numbers
		`ACK seq=6 ack=1 "fghij"`,
		`ACK seq=1 ack=1 "abcde"`, // late, but new
		`ACK seq=1 ack=1 "abcde" again`,
		`ACK seq=1 ack=1 "abcdefghij" again`,
		`FIN ACK seq=11 ack=1`,
		`FIN ACK seq=11 ack=1 again`,
	}, summaries(t, new(Decoder), syn, syn, data(101, ""), data(101, ""),
		data(106, "fghij"), data(101, "abcde"), data(101, "abcde"), data(101, "abcdefghij"), fin, fin))
}

func TestRetransmissionIsToldApartFromTheWiresFaults(t *testing.T) {
	d := new(Decoder)
	seen := func(b []byte, fate Fate) bool {
		p, ok := d.Decode(frame(b, fate))
		require.True(t, ok)
		return p.Retransmission
	}
	hurt := func(b []byte, at int) []byte {
		b = append([]byte(nil), b...)
		b[at] ^= 0xff
		return b
	}
	const seqAt = 14 + 20 + 4
	syn := tcpTo(t, serverIP, "SYN", 100, 0, "")
	first := tcpTo(t, serverIP, "ACK", 101, 500, "abcde")
	second := tcpTo(t, serverIP, "ACK", 106, 500, "fghij")

	assert.False(t, seen(syn, Dropped), "lost, but sent for the first time")
	assert.True(t, seen(syn, Delivered), "sent once more after the loss")
	assert.False(t, seen(syn, Duplicated), "the wire's copy")
	assert.False(t, seen(hurt(first, len(first)-1), Corrupted), "damaged payload")
	assert.True(t, seen(first, Delivered), "sent once more after the damage")
	assert.False(t, seen(hurt(second, seqAt), Corrupted), "damaged sequence number")
	p, _ := d.Decode(frame(second, Delivered))
	assert.False(t, p.Retransmission, "the damaged number is not believed")
	assert.EqualValues(t, 6, p.Seq)
}

func TestRetransmissionIsNotSeenWhenNumbersComeRound(t *testing.T) {
	const step = 1 << 16
	s := &stream{}
	for n := range uint32(1 << 17) { // 8 GiB
		require.False(t, s.send(n*step, n*step+step), "after %d MiB", n/16)
	}
	assert.Len(t, s.sent, 1)
}

func TestWindowIsScaledWhenBothSYNsAgree(t *testing.T) {
	scale := layers.TCPOption{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{7}}
	for _, test := range []struct {
		name    string
		options []layers.TCPOption
		want    int
	}{
		{"both", []layers.TCPOption{scale}, 64240 << 7},
		{"one", nil, 64240},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := new(Decoder)
			p, _ := d.Decode(frame(tcpTo(t, serverIP, "SYN", 1, 0, "", scale), Delivered))
			assert.Equal(t, 64240, p.Window, "a SYN's window is never scaled")
			d.Decode(frame(tcpTo(t, clientIP, "SYN ACK", 5, 2, "", test.options...), Delivered))
			p, _ = d.Decode(frame(tcpTo(t, serverIP, "ACK", 2, 6, ""), Delivered))
			assert.Equal(t, test.want, p.Window)
		})
	}
}

func TestOtherProtocolsInOneLine(t *testing.T) {
	arp := func(op uint16, from, to net.IP) []byte {
		return encode(t, ethernet(layers.EthernetTypeARP), &layers.ARP{AddrType: layers.LinkTypeEthernet,
			Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4, Operation: op,
			SourceHwAddress: serverMAC, SourceProtAddress: from, DstHwAddress: clientMAC, DstProtAddress: to})
	}
	icmp := func(code layers.ICMPv4TypeCode, rest []byte) []byte {
		return encode(t, ethernet(layers.EthernetTypeIPv4), ipTo(clientIP, layers.IPProtocolICMPv4),
			&layers.ICMPv4{TypeCode: code}, gopacket.Payload(rest))
	}
	question := udpTo(t, serverIP, 9090, "%Y-%m-%d %H:")
	fragment := ipTo(serverIP, layers.IPProtocolUDP)
	fragment.FragOffset = 185
	icmp6 := func(code layers.ICMPv6TypeCode, rest []byte) []byte {
		ip := &layers.IPv6{Version: 6, HopLimit: 255, NextHeader: layers.IPProtocolICMPv6,
			SrcIP: net.ParseIP("fd00::1"), DstIP: net.ParseIP("fd00::2")}
		icmp := &layers.ICMPv6{TypeCode: code}
		require.NoError(t, icmp.SetNetworkLayerForChecksum(ip))
		return encode(t, ethernet(layers.EthernetTypeIPv6), ip, icmp, gopacket.Payload(rest))
	}
	neighbour := append(append(make([]byte, 4), net.ParseIP("fd00::2")...), 2, 1, 2, 0, 0, 0, 0, 2)

	for _, test := range []struct {
		frame    []byte
		protocol string
		want     string
	}{
		{arp(1, clientIP, serverIP), "ARP", "who has 10.0.0.2?"},
		{arp(2, serverIP, clientIP), "ARP", "10.0.0.2 is at 02:00:00:00:00:02"},
		{arp(9, serverIP, clientIP), "ARP", "ARP, operation 9"},
		{question, "UDP", `UDP 12 bytes "%Y-%m-%d %H:"`},
		{udpTo(t, serverIP, 9090, ""), "UDP", `UDP 0 bytes`},
		{udpTo(t, serverIP, 9090, "太白\n\x1b[2J\xff"), "UDP", `UDP 12 bytes "太白\n\x1b[2J\xff"`},
		{udpTo(t, serverIP, 9090, strings.Repeat("ab", 100)), "UDP", `UDP 200 bytes "` + strings.Repeat("ab", 20) + `"...`},
		{tcpTo(t, serverIP, "ACK", 1, 1, strings.Repeat("x", 1460)), "TCP", `ACK seq=1 ack=1 1460 bytes "` + strings.Repeat("x", 40) + `"...`},
		{icmp(3<<8|3, question[14:]), "ICMP", "port unreachable: 10.0.0.2:9090"},
		{icmp(3<<8|3, question[14:40]), "ICMP", "port unreachable: 10.0.0.2:9090"}, // shortest quotation
		{icmp(3<<8|1, nil), "ICMP", "host unreachable"},
		{icmp(8<<8, nil), "ICMP", "echo request"},
		{icmp(40<<8|1, nil), "ICMP", "ICMP type 40 code 1"},
		{icmp6(135<<8, neighbour[:20]), "ICMPv6", "who has fd00::2?"},
		{icmp6(136<<8, neighbour), "ICMPv6", "fd00::2 is at 02:00:00:00:00:02"},
		{icmp6(143<<8, make([]byte, 4)), "ICMPv6", "multicast listener report"},
		{encode(t, ethernet(layers.EthernetTypeIPv4), fragment, gopacket.Payload("abcd")), "UDP", "UDP, fragment, 4 bytes from 1480"},
		{encode(t, ethernet(layers.EthernetTypeIPv4), ipTo(serverIP, layers.IPProtocolSCTP)), "IPv4", "IPv4, protocol 132"},
		{encode(t, ethernet(0x88cc), gopacket.Payload("x")), "Ethernet", "Ethernet, type 0x88cc"},
		{question[:30], "IPv4", "IPv4: header cut short"},
		{question[:36], "UDP", "UDP: header cut short"},
		{question[:9], "Ethernet", "Ethernet: header damaged"},
	} {
		t.Run(test.want, func(t *testing.T) {
			p, ok := new(Decoder).Decode(frame(test.frame, Delivered))
			require.True(t, ok)
			assert.Equal(t, test.protocol, p.Protocol)
			assert.Equal(t, test.want, p.Summary())
			asksOrTells := strings.HasPrefix(test.want, "who has") || strings.Contains(test.want, " is at ")
			assert.Equal(t, asksOrTells, p.FindsNeighbour())
		})
	}
	p, _ := new(Decoder).Decode(frame(icmp(3<<8|3, question[14:]), Delivered))
	assert.Equal(t, "destination port unreachable", p.Message)
}

func TestTrimmedFrameKeepsItsNumbers(t *testing.T) {
	d := new(Decoder)
	whole := tcpTo(t, serverIP, "ACK", 1, 1, strings.Repeat("x", 1460))
	e := frame(whole[:keepHead], Delivered)
	e.Frame.Length = len(whole)
	p, _ := d.Decode(e)
	assert.Equal(t, 1460, p.Length)
	assert.Len(t, p.Payload, keepHead-14-20-20)
	p, _ = d.Decode(frame(tcpTo(t, serverIP, "ACK", 1461, 1, "y"), Delivered))
	assert.EqualValues(t, 1461, p.Seq)
	assert.False(t, p.Retransmission)
}

func TestEventsThatAreNoFramesAreNotDecoded(t *testing.T) {
	_, ok := new(Decoder).Decode(Event{Kind: KindOutput, Output: &Output{}})
	assert.False(t, ok)
}

func FuzzDecode(f *testing.F) {
	for _, b := range hello(f) {
		f.Add(b, 3)
	}
	f.Add(udpTo(f, serverIP, 9090, "%Y-%m-%d"), 40)
	f.Fuzz(func(t *testing.T, b []byte, at int) {
		d := new(Decoder)
		hurt := append([]byte(nil), b...)
		if len(b) > 0 {
			hurt[uint(at)%uint(len(b))] ^= 0xff
		}
		for _, e := range []Event{frame(b, Delivered), frame(hurt, Corrupted), frame(hurt, Delivered), frame(b[:len(b)/2], Dropped), frame(b, Duplicated)} {
			p, ok := d.Decode(e)
			require.True(t, ok)
			line := p.Summary()
			assert.NotEmpty(t, line)
			assert.Equal(t, -1, strings.IndexFunc(line, unicode.IsControl), "%q", line)
			assert.GreaterOrEqual(t, p.Length, len(p.Payload))
		}
	})
}

func TestWhatMarksATroubledConnection(t *testing.T) {
	const windowAt = 14 + 20 + 14
	d := new(Decoder)
	see := func(b []byte) Packet {
		p, ok := d.Decode(frame(b, Delivered))
		require.True(t, ok)
		return p
	}
	data := func(seq uint32, s string) []byte { return tcpTo(t, serverIP, "ACK", seq, 501, s) }
	ack := func(number uint32) []byte { return tcpTo(t, clientIP, "ACK", 501, number, "") }
	see(tcpTo(t, serverIP, "SYN", 100, 0, ""))
	see(tcpTo(t, clientIP, "SYN ACK", 500, 101, ""))
	assert.False(t, see(ack(101)).DuplicateACK, "nothing is outstanding")

	assert.False(t, see(data(101, "abc")).OutOfOrder)
	assert.False(t, see(ack(104)).DuplicateACK)
	assert.False(t, see(data(107, "ghi")).OutOfOrder, "a gap before it tells nothing yet")
	assert.True(t, see(ack(104)).DuplicateACK, "def is missing")
	late := see(data(104, "def"))
	assert.True(t, late.OutOfOrder)
	assert.False(t, late.Retransmission)
	again := see(data(104, "def"))
	assert.False(t, again.OutOfOrder)
	assert.True(t, again.Retransmission)
	assert.False(t, see(ack(110)).DuplicateACK)

	full := ack(110)
	full[windowAt], full[windowAt+1] = 0, 0
	p := see(full)
	assert.True(t, p.ZeroWindow)
	assert.False(t, p.DuplicateACK, "its window is news")
	assert.False(t, see(ack(110)).ZeroWindow)
	assert.False(t, see(tcpTo(t, clientIP, "RST", 501, 0, "")).ZeroWindow, "a RST has no window to tell of")
}
