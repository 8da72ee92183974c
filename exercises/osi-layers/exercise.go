// Package osilayers is the exercise in which a program takes Ethernet frames
// apart, layer by layer.
package osilayers

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// role is the only program of this exercise.
const role = "main"

// Exercise is the exercise and its checks.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{Roles: []string{role}, Steps: steps},
}

// shows returns a step's function: it gives the program the samples that it
// draws, and expects every one to be taken apart.
func shows(draw func(m maker) []sample) func(*check.T) {
	return func(t *check.T) { expect(t, draw(maker{t.Rand()}), "\n") }
}

func ethernetFrames(m maker) []sample {
	packet := packed(m.ipv4(layers.IPProtocolICMPv4), gopacket.Payload(m.bytes(9)))
	tag := []byte{0, byte(1 + m.IntN(255)), 0x08, 0x00} // the network's number, and the type of what is behind it
	return []sample{
		{what: "of an unknown type", frame: m.ethernet(0x88cc, m.bytes(5+m.IntN(20)))},
		{what: "of an unknown type, with one byte in it", frame: m.ethernet(0x8863, m.bytes(1))},
		{what: "of an unknown type, with nothing in it", frame: m.ethernet(0x6558, nil)},
		{what: "with a VLAN tag, and an IPv4 packet behind it", frame: m.ethernet(layers.EthernetTypeDot1Q, slices.Concat(tag, packet))},
	}
}

func arpFrames(m maker) []sample {
	request := m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPRequest))
	copy(request, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	return []sample{
		{what: "an ARP request to everybody", frame: request},
		{what: "an ARP reply", frame: m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply))},
		{what: "an ARP reply, padded to 60 bytes", frame: m.padded(m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply)))},
		{what: "an ARP message with a rare operation", frame: m.ethernet(layers.EthernetTypeARP, m.arp(m.port()))},
	}
}

func ipv4Frames(m maker) []sample {
	ospf := m.ipv4(layers.IPProtocolOSPF)
	ospf.Flags = 0
	reserved := m.ipv4(layers.IPProtocolIGMP)
	reserved.Flags = layers.IPv4EvilBit
	return []sample{
		{what: "an IPv4 packet with an unknown protocol", frame: m.in4(m.ipv4(layers.IPProtocolICMPv4), gopacket.Payload(m.bytes(300+m.IntN(50))))},
		{what: "an IPv4 packet, padded to 60 bytes", frame: m.padded(m.in4(ospf, gopacket.Payload(m.bytes(1+m.IntN(9)))))},
		{what: "an IPv4 packet with nothing in it, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolOSPF)))},
		{what: "an IPv4 packet with the reserved bit set", frame: m.in4(reserved, gopacket.Payload(m.bytes(30)))},
	}
}

func optionFrames(m maker) []sample {
	igmp := func(routers int) *layers.IPv4 { return m.withOptions(m.ipv4(layers.IPProtocolIGMP), routers) }
	return []sample{
		{what: "an IPv4 packet with options", frame: m.in4(igmp(2), gopacket.Payload(m.bytes(8)))},
		{what: "an IPv4 packet with options, padded to 60 bytes", frame: m.padded(m.in4(igmp(0), gopacket.Payload(m.bytes(2))))},
		{what: "an IPv4 packet with as many options as there can be", frame: m.in4(igmp(8), gopacket.Payload(m.bytes(8)))},
	}
}

func tcpFrames(m maker) []sample {
	data := m.tcp()
	data.PSH, data.Options = true, m.timestamps()
	synAck := m.syn()
	synAck.ACK, synAck.Ack = true, m.number(32)
	end := m.tcp()
	end.FIN, end.PSH, end.Options = true, true, m.timestamps()
	rare := m.tcp()
	rare.ACK, rare.RST, rare.URG, rare.ECE, rare.CWR, rare.Urgent = false, true, true, true, true, m.port()
	none := m.tcp()
	none.ACK = false
	reserved := m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(9)))
	reserved[tcpLength] |= 0x0f
	return []sample{
		{what: "TCP data", frame: m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20+m.IntN(20))))},
		{what: "an ACK without data, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp()))},
		{what: "a SYN with options", frame: m.in4(m.ipv4(layers.IPProtocolTCP), m.syn())},
		{what: "a SYN ACK with options", frame: m.in4(m.ipv4(layers.IPProtocolTCP), synAck)},
		{what: "TCP data behind options", frame: m.in4(m.ipv4(layers.IPProtocolTCP), data, gopacket.Payload(m.words(10+m.IntN(20))))},
		{what: "TCP data behind options of both IPv4 and TCP", frame: m.in4(m.withOptions(m.ipv4(layers.IPProtocolTCP), 1), end, gopacket.Payload(m.words(9)))},
		{what: "a TCP segment with rare flags", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolTCP), rare, gopacket.Payload(m.words(2))))},
		{what: "a TCP segment without a flag", frame: m.in4(m.ipv4(layers.IPProtocolTCP), none)},
		{what: "a TCP segment with all reserved bits set", frame: reserved},
	}
}

func udpFrames(m maker) []sample {
	// Bytes that IP carries behind the datagram are not its own.
	more := m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(12)))
	more = changed(more, udpLength, byte(8+1+m.IntN(8)))
	return []sample{
		{what: "a UDP datagram", frame: m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(300+m.IntN(50))))},
		{what: "a UDP datagram, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(2))))},
		{what: "an empty UDP datagram, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolUDP), m.udp()))},
		{what: "a UDP datagram that ends before its IPv4 packet does", frame: more},
		{what: "a UDP datagram behind IPv4 options", frame: m.in4(m.withOptions(m.ipv4(layers.IPProtocolUDP), 3), m.udp(), gopacket.Payload(m.words(9)))},
	}
}

func ipv6Frames(m maker) []sample {
	trailer := func(frame []byte) []byte { return append(frame, 9, 9, 9, 9) }
	samples := []sample{
		{what: "an ICMP message in IPv6", frame: m.in6(m.ipv6(layers.IPProtocolICMPv6), gopacket.Payload(m.bytes(8+m.IntN(16))))},
		{what: "a SYN in IPv6", frame: m.in6(m.ipv6(layers.IPProtocolTCP), m.syn())},
		{what: "TCP data in IPv6, with 4 bytes of padding",
			frame: trailer(m.in6(m.ipv6(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(300+m.IntN(50)))))},
		{what: "a UDP datagram in IPv6, with 4 bytes of padding",
			frame: trailer(m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(5))))},
		{what: "an IPv6 packet with nothing in it, padded to 60 bytes", frame: m.padded(m.in6(m.ipv6(layers.IPProtocolNoNextHeader)))},
	}
	extensions := []layers.IPProtocol{layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing,
		layers.IPProtocolIPv6Fragment, layers.IPProtocolIPv6Destination}
	for _, next := range extensions {
		// Eight bytes that say UDP comes next, and a datagram behind them.
		header := []byte{byte(layers.IPProtocolUDP), 0, 1, 4, 0, 0, 0, 0}
		datagram := packed(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(5)))[40:]
		samples = append(samples, sample{what: fmt.Sprintf("an IPv6 packet with extension header %d, with 4 bytes of padding", next),
			frame: trailer(m.in6(m.ipv6(next), gopacket.Payload(slices.Concat(header, datagram))))})
	}
	return samples
}

// fragments are of packets that were too long for some link.
func fragments(m maker) []sample {
	later := func(protocol layers.IPProtocol, flags layers.IPv4Flag, offset int) *layers.IPv4 {
		ip := m.ipv4(protocol)
		ip.Flags, ip.FragOffset = flags, uint16(offset)
		return ip
	}
	first := m.ipv4(layers.IPProtocolTCP)
	first.Flags = layers.IPv4MoreFragments
	datagram := func() []byte { // 24 bytes of it
		ip := m.ipv4(layers.IPProtocolUDP)
		ip.Flags = layers.IPv4MoreFragments | layers.IPv4DontFragment
		return m.in4(ip, m.udp(), gopacket.Payload(m.words(16)))
	}
	return []sample{
		{what: "the first fragment of a TCP segment", frame: m.in4(first, m.tcp(), gopacket.Payload(m.words(12)))},
		{what: "a fragment from the middle of a TCP segment",
			frame: m.in4(later(layers.IPProtocolTCP, layers.IPv4MoreFragments, 512+m.IntN(3584)), gopacket.Payload(m.bytes(24)))},
		{what: "the last fragment of a UDP datagram, padded to 60 bytes",
			frame: m.padded(m.in4(later(layers.IPProtocolUDP, 0, 1+m.IntN(255)), gopacket.Payload(m.bytes(3))))},
		{what: "the last fragment of a datagram of nearly 64 KiB",
			frame: m.in4(later(layers.IPProtocolUDP, 0, 4096+m.IntN(4000)), gopacket.Payload(m.bytes(40)))},
		{what: "the first fragment of a UDP datagram, whose length counts all of them", frame: changed(datagram(), udpLength-1, byte(1+m.IntN(20)))},
		{what: "the first fragment of a UDP datagram whose length ends before it", frame: changed(datagram(), udpLength, byte(8+1+m.IntN(8)))},
		{what: "the last fragment of a packet with an unknown protocol",
			frame: m.in4(later(layers.IPProtocolICMPv4, 0, 256+m.IntN(256)), gopacket.Payload(m.bytes(30)))},
	}
}

// longFrames are as long as those of the loopback interface, whose links carry
// packets of 65,535 bytes. There are two, so that a program which stops reading
// in the first leaves more behind than a pipe holds, and fails in one way only.
func longFrames(m maker) []sample {
	datagram := func(n int) sample { // in a frame of n bytes
		body := gopacket.Payload(m.words(n - ipAt - 20 - 8))
		return sample{what: fmt.Sprintf("of %d bytes", n), frame: m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), body)}
	}
	return []sample{datagram(1514), datagram(60_000 + m.IntN(5000)), datagram(ipAt + 65_535), datagram(60 + m.IntN(20))}
}

// expect gives the program the samples, a line each, the last one with that
// end, and expects it to print what is in each of them.
func expect(t *check.T, samples []sample, end string) {
	var in []string
	for _, s := range samples {
		in = append(in, s.text())
	}
	p := t.Start(role)
	p.Input(strings.Join(in, "\n") + end)
	p.CloseInput()
	p.ExpectExit()
	got := linesOf(p.Stdout())
	for i, s := range samples {
		want, err := s.lines()
		if err != nil {
			t.Break(err)
		}
		if i > 0 && len(got) > 0 && !strings.HasPrefix(got[0], "frame ") { // a line too many
			t.Fail(newMisread(i, samples[i-1], "", got[0]))
		}
		if len(got) == 0 {
			t.Fail(unread{newMisread(i+1, s, fmt.Sprintf("frame %d", i+1), "")})
		}
		for _, line := range slices.Concat([]string{fmt.Sprintf("frame %d", i+1)}, want) {
			var printed string
			if len(got) > 0 {
				printed, got = got[0], got[1:]
			}
			t.Expect(printed == line, newMisread(i+1, s, line, printed))
		}
	}
	if len(got) > 0 {
		t.Fail(newMisread(len(samples), samples[len(samples)-1], "", got[0]))
	}
}

// linesOf returns the lines of what a program printed, without empty ones and
// without a prompt that it may show.
func linesOf(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimLeft(line, "> $#?:\t"))
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}
