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
	kinds := []layers.EthernetType{0x88cc, 0x8100, 0x8863, 0x6558}
	m.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	return []sample{
		{what: "of an unknown type", frame: m.ethernet(kinds[0], m.bytes(5+m.IntN(20)))},
		{what: "of an unknown type, with one byte in it", frame: m.ethernet(kinds[1], m.bytes(1))},
		{what: "of an unknown type, with nothing in it", frame: m.ethernet(kinds[2], nil)},
	}
}

func arpFrames(m maker) []sample {
	request := m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPRequest))
	copy(request, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	return []sample{
		{what: "an ARP request to everybody", frame: request},
		{what: "an ARP reply", frame: m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply))},
		{what: "an ARP reply, padded to 60 bytes", frame: m.padded(m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply)))},
	}
}

// hexLines are lines as people write and copy them.
func hexLines(t *check.T) {
	m := maker{t.Rand()}
	frame := func() []byte { return m.ethernet(0x88cc, append([]byte{0xab}, m.bytes(3+m.IntN(4))...)) }
	written := func(what string, write func([]byte) string) sample {
		f := frame()
		return sample{what: what, frame: f, line: write(f)}
	}
	digits := func(f []byte) string { return spaced(f, "") }
	samples := []sample{
		written("in capital letters", func(f []byte) string { return strings.ToUpper(digits(f)) }),
		written("with colons, in a line that ends in \\r\\n", func(f []byte) string { return spaced(f, ":") + "\r" }),
		written("with spaces, after an empty line", func(f []byte) string { return "\n \t\n  " + strings.ToUpper(spaced(f, " ")) + " " }),
		{what: "with an odd number of digits", refused: badHex, line: digits(frame())[1:]},
		{what: "with a letter that is no hex digit", refused: badHex, line: "g0" + digits(frame())[2:]},
		written("with spaces here and there, after two that were refused", func(f []byte) string {
			return strings.ReplaceAll(spaced(f, ""), "88cc", " 88cc  ")
		}),
		written("in the last line, which has no line end", digits),
	}
	expect(t, samples, "")
}

func ipv4Frames(m maker) []sample {
	ospf := m.ipv4(layers.IPProtocolOSPF)
	ospf.Flags = 0
	return []sample{
		{what: "an IPv4 packet with an unknown protocol", frame: m.in4(m.ipv4(layers.IPProtocolICMPv4), gopacket.Payload(m.bytes(40+m.IntN(20))))},
		{what: "an IPv4 packet, padded to 60 bytes", frame: m.padded(m.in4(ospf, gopacket.Payload(m.bytes(1+m.IntN(9)))))},
		{what: "an IPv4 packet with nothing in it, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolOSPF)))},
	}
}

func optionFrames(m maker) []sample {
	return []sample{
		{what: "an IPv4 packet with options", frame: m.in4(m.withOptions(m.ipv4(layers.IPProtocolIGMP)), gopacket.Payload(m.bytes(8)))},
		{what: "an IPv4 packet with options, padded to 60 bytes",
			frame: m.padded(m.in4(m.withOptions(m.ipv4(layers.IPProtocolIGMP)), gopacket.Payload(m.bytes(2))))},
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
	return []sample{
		{what: "TCP data", frame: m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20+m.IntN(20))))},
		{what: "an ACK without data, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp()))},
		{what: "a SYN with options", frame: m.in4(m.ipv4(layers.IPProtocolTCP), m.syn())},
		{what: "a SYN ACK with options", frame: m.in4(m.ipv4(layers.IPProtocolTCP), synAck)},
		{what: "TCP data behind options", frame: m.in4(m.ipv4(layers.IPProtocolTCP), data, gopacket.Payload(m.words(10+m.IntN(20))))},
		{what: "TCP data behind options of both IPv4 and TCP", frame: m.in4(m.withOptions(m.ipv4(layers.IPProtocolTCP)), end, gopacket.Payload(m.words(9)))},
		{what: "a TCP segment with rare flags", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolTCP), rare, gopacket.Payload(m.words(2))))},
		{what: "a TCP segment without a flag", frame: m.in4(m.ipv4(layers.IPProtocolTCP), none)},
	}
}

func udpFrames(m maker) []sample {
	// Bytes that IP carries behind the datagram are not its own.
	more := m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(12)))
	more = changed(more, udpLength, byte(8+1+m.IntN(8)))
	return []sample{
		{what: "a UDP datagram", frame: m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20+m.IntN(20))))},
		{what: "a UDP datagram, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(2))))},
		{what: "an empty UDP datagram, padded to 60 bytes", frame: m.padded(m.in4(m.ipv4(layers.IPProtocolUDP), m.udp()))},
		{what: "a UDP datagram that ends before its IPv4 packet does", frame: more},
		{what: "a UDP datagram behind IPv4 options", frame: m.in4(m.withOptions(m.ipv4(layers.IPProtocolUDP)), m.udp(), gopacket.Payload(m.words(9)))},
	}
}

func ipv6Frames(m maker) []sample {
	next := []layers.IPProtocol{layers.IPProtocolICMPv6, layers.IPProtocolOSPF, layers.IPProtocolSCTP, layers.IPProtocolIPv6Destination}
	return []sample{
		{what: "an IPv6 packet whose next header is neither TCP nor UDP",
			frame: m.in6(m.ipv6(next[m.IntN(len(next))]), gopacket.Payload(m.bytes(8+m.IntN(16))))},
		{what: "a SYN in IPv6", frame: m.in6(m.ipv6(layers.IPProtocolTCP), m.syn())},
		{what: "TCP data in IPv6", frame: m.in6(m.ipv6(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(9)))},
		{what: "a UDP datagram in IPv6, with 4 bytes of padding",
			frame: append(m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(5))), 9, 9, 9, 9)},
	}
}

// fragments are of packets that were too long for some link.
func fragments(m maker) []sample {
	later := func(protocol layers.IPProtocol, flags layers.IPv4Flag) *layers.IPv4 {
		ip := m.ipv4(protocol)
		ip.Flags, ip.FragOffset = flags, uint16(m.number(9))
		return ip
	}
	first := m.ipv4(layers.IPProtocolTCP)
	first.Flags = layers.IPv4MoreFragments
	firstUDP := m.ipv4(layers.IPProtocolUDP)
	firstUDP.Flags = layers.IPv4MoreFragments | layers.IPv4DontFragment
	datagram := changed(m.in4(firstUDP, m.udp(), gopacket.Payload(m.words(16))), udpLength-1, byte(1+m.IntN(20)))
	return []sample{
		{what: "the first fragment of a TCP segment", frame: m.in4(first, m.tcp(), gopacket.Payload(m.words(12)))},
		{what: "a fragment from the middle of a TCP segment", frame: m.in4(later(layers.IPProtocolTCP, layers.IPv4MoreFragments), gopacket.Payload(m.bytes(24)))},
		{what: "the last fragment of a UDP datagram, padded to 60 bytes", frame: m.padded(m.in4(later(layers.IPProtocolUDP, 0), gopacket.Payload(m.bytes(3))))},
		{what: "the first fragment of a UDP datagram, whose length counts all of them", frame: datagram},
		{what: "the last fragment of a packet with an unknown protocol", frame: m.in4(later(layers.IPProtocolICMPv4, 0), gopacket.Payload(m.bytes(30)))},
	}
}

// Where the packet begins in a frame, and where the low bytes of its length
// fields stand if IPv4 has no options.
const (
	ipAt        = 14
	totalLength = ipAt + 3
	udpLength   = ipAt + 20 + 5
)

// cutFrames end too early, at every layer. Those that end in a header end before
// its length field: behind that, a program that looks at nothing else is right.
func cutFrames(m maker) []sample {
	tcp := func(n int) []byte { // the first n bytes of a header with options
		whole := packed(m.ipv4(layers.IPProtocolTCP), m.syn())[20:]
		return m.in4(m.ipv4(layers.IPProtocolTCP), gopacket.Payload(whole[:n]))
	}
	whole := m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20)))
	whole6 := m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	options := m.in4(m.withOptions(m.ipv4(layers.IPProtocolOSPF)), gopacket.Payload(m.bytes(20)))
	arp := m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply))
	udp := m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	cut := []sample{
		{what: "of one byte", frame: whole[:1], refused: "truncated ethernet"},
		{what: "that ends in the Ethernet header", frame: whole[:6+m.IntN(8)], refused: "truncated ethernet"},
		{what: "that ends in the ARP message", frame: arp[:ipAt+m.IntN(28)], refused: "truncated arp"},
		{what: "that ends in the IPv4 header", frame: whole[:ipAt+m.IntN(4)], refused: "truncated ipv4"},
		{what: "that ends in the IPv4 options", frame: options[:ipAt+20+m.IntN(4)], refused: "truncated ipv4"},
		{what: "that ends before its IPv4 packet does", frame: whole[:len(whole)-1-m.IntN(20)], refused: "truncated ipv4"},
		{what: "that ends in the IPv6 header", frame: whole6[:ipAt+m.IntN(6)], refused: "truncated ipv6"},
		{what: "that ends before its IPv6 packet does", frame: whole6[:len(whole6)-1-m.IntN(20)], refused: "truncated ipv6"},
		{what: "whose packet ends in the TCP header", frame: tcp(m.IntN(12)), refused: "truncated tcp"},
		{what: "whose packet ends in the TCP options", frame: tcp(20 + m.IntN(20)), refused: "truncated tcp"},
		{what: "whose packet ends in the TCP header, with padding behind it", frame: changed(whole, totalLength, byte(20+1+m.IntN(19))), refused: "truncated tcp"},
		{what: "whose packet ends in the UDP header", frame: m.in4(m.ipv4(layers.IPProtocolUDP), gopacket.Payload(m.bytes(m.IntN(5)))), refused: "truncated udp"},
		{what: "whose packet ends in the UDP header, with padding behind it", frame: changed(udp, totalLength, byte(20+m.IntN(8))), refused: "truncated udp"},
		{what: "whose UDP length goes beyond its packet", frame: changed(udp, udpLength, 8+20+1+byte(m.IntN(100))), refused: "truncated udp"},
	}
	return append(cut, sample{what: "a whole one after all that were refused", frame: whole})
}

// lies are frames with a header that contradicts itself.
func lies(m maker) []sample {
	arp := m.ethernet(layers.EthernetTypeARP, m.arp(layers.ARPReply))
	tcp := m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(20)))
	udp := m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	udp6 := m.in6(m.ipv6(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(20)))
	options := m.in4(m.withOptions(m.ipv4(layers.IPProtocolUDP)), m.udp(), gopacket.Payload(m.words(20)))
	return []sample{
		{what: "whose IPv4 header length is below 5", frame: changed(tcp, ipAt, 0x40|byte(m.IntN(5))), refused: "bad ipv4"},
		{what: "whose IPv4 packet says that its version is 6", frame: changed(tcp, ipAt, 0x65), refused: "bad ipv4"},
		{what: "whose IPv4 total length is below 20", frame: changed(tcp, totalLength, byte(m.IntN(20))), refused: "bad ipv4"},
		{what: "whose IPv4 total length ends in its options", frame: changed(options, totalLength, 20+byte(m.IntN(4))), refused: "bad ipv4"},
		{what: "whose IPv6 packet says that its version is 4", frame: changed(udp6, ipAt, 0x40), refused: "bad ipv6"},
		{what: "whose TCP header length is below 5", frame: changed(tcp, ipAt+20+12, byte(m.IntN(5)<<4)), refused: "bad tcp"},
		{what: "whose UDP length is below 8", frame: changed(udp, udpLength, byte(m.IntN(8))), refused: "bad udp"},
		{what: "whose ARP message is not about Ethernet", frame: changed(arp, ipAt+1, 6), refused: "bad arp"},
		{what: "whose ARP message has hardware addresses of 8 bytes", frame: changed(arp, ipAt+4, 8), refused: "bad arp"},
		{what: "a true one after all that were refused", frame: udp},
	}
}

// longFrames are as long as those of the loopback interface, whose links carry
// packets of 65,535 bytes. There are two, so that a program which stops reading
// in the first leaves more behind than a pipe holds, and fails in one way only.
func longFrames(m maker) []sample {
	long := func() sample {
		n := 60_000 + m.IntN(5000)
		return sample{what: fmt.Sprintf("of %d bytes", ipAt+20+8+n), frame: m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(n)))}
	}
	return []sample{
		{what: "of 1,514 bytes", frame: m.in4(m.ipv4(layers.IPProtocolTCP), m.tcp(), gopacket.Payload(m.words(1460)))},
		long(),
		long(),
		{what: "a short one after long ones", frame: m.in4(m.ipv4(layers.IPProtocolUDP), m.udp(), gopacket.Payload(m.words(9)))},
	}
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
