package osilayers

import (
	"slices"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// Where the packet begins in a frame, and where the low bytes of its length
// fields, and TCP's header length, stand if IPv4 has no options.
const (
	ipAt        = 14
	totalLength = ipAt + 3
	tcpLength   = ipAt + 20 + 12
	udpLength   = ipAt + 20 + 5
)

// cutFrames end too early, at every layer. Those that end in a header end before
// its length field: behind that, a program that looks at nothing else is right.
// Lengths are off by as little as can be, or by as much.
func cutFrames(m maker) []sample {
	tcp := func(n int) []byte { // the first n bytes of a header with options, of 40 bytes in all
		whole := packed(m.ipv4(layers.IPProtocolTCP), m.syn())[20:]
		return m.in4(m.ipv4(layers.IPProtocolTCP), gopacket.Payload(whole[:n]))
	}
	udpHeader := func(n int) []byte { return m.in4(m.ipv4(layers.IPProtocolUDP), gopacket.Payload(m.bytes(n))) }
	whole := m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20)))
	whole6 := m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	options := m.in4(m.withOptions(m.ipv4(layers.IPProtocolOSPF), 2), gopacket.Payload(m.bytes(20)))
	arp := m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply))
	udp := m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	return []sample{
		{what: "of one byte", frame: whole[:1], refused: "truncated ethernet"},
		{what: "that ends in the Ethernet header", frame: whole[:ipAt-1], refused: "truncated ethernet"},
		{what: "that ends in the ARP message", frame: arp[:ipAt+m.IntN(8)], refused: "truncated arp"},
		{what: "that ends one byte before its ARP message does", frame: arp[:ipAt+27], refused: "truncated arp"},
		{what: "that ends behind the Ethernet header", frame: whole[:ipAt], refused: "truncated ipv4"},
		{what: "that ends in the IPv4 header", frame: whole[:ipAt+3], refused: "truncated ipv4"},
		{what: "that ends in the IPv4 options", frame: options[:ipAt+20+m.IntN(4)], refused: "truncated ipv4"},
		{what: "that ends one byte before its IPv4 packet does", frame: whole[:len(whole)-1], refused: "truncated ipv4"},
		{what: "that ends in the IPv6 header", frame: whole6[:ipAt+5], refused: "truncated ipv6"},
		{what: "that ends one byte before its IPv6 packet does", frame: whole6[:len(whole6)-1], refused: "truncated ipv6"},
		{what: "that ends behind the IPv6 header", frame: whole6[:ipAt+40], refused: "truncated ipv6"},
		{what: "whose packet ends behind the IPv4 header", frame: tcp(0), refused: "truncated tcp"},
		{what: "whose packet ends in the TCP header", frame: tcp(11), refused: "truncated tcp"},
		{what: "whose packet ends behind the fixed part of the TCP header", frame: tcp(20), refused: "truncated tcp"},
		{what: "whose packet ends in the TCP options", frame: tcp(39), refused: "truncated tcp"},
		{what: "whose packet ends one byte before its TCP header does, with padding behind it", frame: changed(whole, totalLength, 20+19), refused: "truncated tcp"},
		{what: "whose packet ends in the UDP header", frame: udpHeader(4), refused: "truncated udp"},
		{what: "whose packet ends one byte before its UDP header does, with padding behind it", frame: changed(udp, totalLength, 20+7), refused: "truncated udp"},
		{what: "whose UDP length goes one byte beyond its packet", frame: changed(udp, udpLength, 8+20+1), refused: "truncated udp"},
		{what: "whose UDP length goes far beyond its packet", frame: changed(udp, udpLength-1, 0xff), refused: "truncated udp"},
		{what: "a whole one after all that were refused", frame: whole},
	}
}

// lies are frames with a header that contradicts itself.
func lies(m maker) []sample {
	udp := m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	end := sample{what: "a true one after all that were refused", frame: udp}
	return slices.Concat(wrongLengths(m), wrongKinds(m), inTestOrder(m), firstFragments(m), []sample{end})
}

// wrongLengths have a length below the smallest that can be true: just below, or 0.
func wrongLengths(m maker) []sample {
	tcp := m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20)))
	udp := m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	udp6 := m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	options := m.in4(m.withOptions(m.ipv4(layers.IPProtocolUDP), 1), m.udp(), gopacket.Payload(m.words(20))) // a header of 32 bytes
	return []sample{
		{what: "whose IPv4 header length is 4", frame: changed(tcp, ipAt, 0x44), refused: "bad ipv4"},
		{what: "whose IPv4 header length is 0", frame: changed(tcp, ipAt, 0x40), refused: "bad ipv4"},
		{what: "whose IPv4 total length is 19", frame: changed(tcp, totalLength, 19), refused: "bad ipv4"},
		{what: "whose IPv4 total length is 0", frame: changed(tcp, totalLength, 0), refused: "bad ipv4"},
		{what: "whose IPv4 total length ends in its options", frame: changed(options, totalLength, 31), refused: "bad ipv4"},
		{what: "whose TCP header length is 4", frame: changed(tcp, tcpLength, 0x40), refused: "bad tcp"},
		{what: "whose TCP header length is 0", frame: changed(tcp, tcpLength, 0), refused: "bad tcp"},
		{what: "whose UDP length is 7", frame: changed(udp, udpLength, 7), refused: "bad udp"},
		{what: "whose UDP length is 0", frame: changed(udp, udpLength, 0), refused: "bad udp"},
		{what: "whose UDP length is 0, in IPv6", frame: changed(udp6, ipAt+40+5, 0), refused: "bad udp"},
	}
}

// wrongKinds have another version, or other addresses, than they should.
func wrongKinds(m maker) []sample {
	arp := m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply))
	tcp := m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20)))
	udp6 := m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	return []sample{
		{what: "whose IPv4 packet says that its version is 6", frame: changed(tcp, ipAt, 0x65), refused: "bad ipv4"},
		{what: "whose IPv4 packet says that its version is 5", frame: changed(tcp, ipAt, 0x55), refused: "bad ipv4"},
		{what: "whose IPv6 packet says that its version is 4", frame: changed(udp6, ipAt, 0x40), refused: "bad ipv6"},
		{what: "whose IPv6 packet says that its version is 7", frame: changed(udp6, ipAt, 0x70), refused: "bad ipv6"},
		{what: "whose ARP message is not about Ethernet", frame: changed(arp, ipAt+1, 6), refused: "bad arp"},
		{what: "whose ARP message is not about IPv4", frame: changed(changed(arp, ipAt+2, 0x86), ipAt+3, 0xdd), refused: "bad arp"},
		{what: "whose ARP message has hardware addresses of 8 bytes", frame: changed(arp, ipAt+4, 8), refused: "bad arp"},
		{what: "whose ARP message has protocol addresses of 16 bytes", frame: changed(arp, ipAt+5, 16), refused: "bad arp"},
	}
}

// inTestOrder are wrong in two ways, so that the order of the tests decides.
func inTestOrder(m maker) []sample {
	arp := changed(m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply)), ipAt+1, 6)
	tcp := m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20)))
	udp6 := changed(m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20))), ipAt, 0x40)
	short := m.in4(m.ipv4(layers.IPProtocolOSPF), gopacket.Payload(m.bytes(5)))
	return []sample{
		{what: "of 19 bytes of IPv4 that begin with another version and header length", frame: changed(tcp, ipAt, 0x64)[:ipAt+19], refused: "truncated ipv4"},
		{what: "of 39 bytes of IPv6 that begin with another version", frame: udp6[:ipAt+39], refused: "truncated ipv6"},
		{what: "of 20 bytes of ARP that is not about Ethernet", frame: arp[:ipAt+20], refused: "truncated arp"},
		{what: "that ends before its IPv4 packet does, which says that its version is 6", frame: changed(tcp, ipAt, 0x65)[:len(tcp)-5], refused: "bad ipv4"},
		{what: "that ends before its IPv6 packet does, which says that its version is 4", frame: udp6[:len(udp6)-5], refused: "bad ipv6"},
		{what: "whose IPv4 header is longer than its packet, and than the frame", frame: changed(short, ipAt, 0x4f), refused: "bad ipv4"},
	}
}

// firstFragments begin with a header that is refused: that more fragments follow
// excuses only a UDP length that is too large.
func firstFragments(m maker) []sample {
	first := func(protocol layers.IPProtocol, data []byte) []byte {
		ip := m.ipv4(protocol)
		ip.Flags = layers.IPv4MoreFragments
		return m.in4(ip, gopacket.Payload(data))
	}
	udp := packed(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(16)))[20:]
	syn := packed(m.ipv4(layers.IPProtocolTCP), m.syn())[20:]
	return []sample{
		{what: "whose first fragment ends in the TCP options", frame: first(layers.IPProtocolTCP, syn[:24]), refused: "truncated tcp"},
		{what: "whose first fragment ends in the UDP header", frame: first(layers.IPProtocolUDP, udp[:4]), refused: "truncated udp"},
		{what: "whose first fragment has a UDP length below 8", frame: changed(first(layers.IPProtocolUDP, udp), udpLength, 4), refused: "bad udp"},
	}
}
