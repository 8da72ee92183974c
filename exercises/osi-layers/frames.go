package osilayers

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// A sample is a frame as it is given to the program, in a line of its own.
type sample struct {
	what    string // "an ARP request"
	frame   []byte
	refused string // what is wrong with it: "truncated tcp"; empty if nothing is
	line    string // the frame in hex; if it is empty, the digits alone
}

// text returns the line without its end.
func (s sample) text() string {
	if s.line != "" {
		return s.line
	}
	return hex.EncodeToString(s.frame)
}

// lines returns what must be printed about a sample.
func (s sample) lines() ([]string, error) {
	if s.refused == badHex {
		return []string{"error: " + badHex}, nil
	}
	return told(s.frame, s.refused)
}

const badHex = "bad hex"

// A maker makes frames by chance.
type maker struct{ *rand.Rand }

func (m maker) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(m.Uint32())
	}
	return b
}

// words returns n bytes of text.
func (m maker) words(n int) []byte {
	const letters = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[m.IntN(len(letters))]
	}
	return b
}

// number returns one of n bits of which the highest and the lowest byte differ,
// so that it isn't the same when read backwards.
func (m maker) number(bits int) uint32 {
	for {
		v := m.Uint32() >> (32 - bits)
		if v>>(bits-8) != v&0xff && v>>(bits-8) != 0 {
			return v
		}
	}
}

// port returns a port that isn't the same when read backwards.
func (m maker) port() uint16 { return uint16(m.number(16)) }

// ethernet returns a frame of that type that carries body.
func (m maker) ethernet(kind layers.EthernetType, body []byte) []byte {
	to, from := m.mac(), m.mac()
	return slices.Concat(to, from, binary.BigEndian.AppendUint16(nil, uint16(kind)), body)
}

// mac returns a hardware address of a single host, not given by a factory.
func (m maker) mac() net.HardwareAddr { return append(net.HardwareAddr{0x02}, m.bytes(5)...) }

func (m maker) ip() net.IP { return append(net.IP{10}, m.bytes(3)...) }

// ip6 returns an address with groups of zeros, and of few digits, in it.
func (m maker) ip6() net.IP {
	a := make(net.IP, 16)
	copy(a, []byte{0xfd, 0x00, 0, byte(m.IntN(256))})
	copy(a[10:], []byte{0, byte(1 + m.IntN(255)), 0, 0, 0, byte(m.IntN(256))})
	return a
}

// arp returns an ARP message, such as a request or a reply.
func (m maker) arp(operation uint16) []byte {
	return packed(&layers.ARP{AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4,
		HwAddressSize: 6, ProtAddressSize: 4, Operation: operation, SourceHwAddress: m.mac(), SourceProtAddress: m.ip(),
		DstHwAddress: m.mac(), DstProtAddress: m.ip()})
}

// ipv4 returns a header without options.
func (m maker) ipv4(protocol layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{Version: 4, TTL: uint8(1 + m.IntN(255)), Id: m.port(), Protocol: protocol,
		Flags: layers.IPv4DontFragment, SrcIP: m.ip(), DstIP: m.ip()}
}

// withOptions returns ip with the router alert (RFC 2113) and, unless routers is
// 0, a route of so many. A header has room for eight beside the alert.
func (m maker) withOptions(ip *layers.IPv4, routers int) *layers.IPv4 {
	ip.Options = []layers.IPv4Option{{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}}}
	if routers > 0 { // its data begin with a pointer (RFC 791 §3.1)
		route := layers.IPv4Option{OptionType: 7, OptionLength: uint8(3 + 4*routers), OptionData: append([]byte{4}, m.bytes(4*routers)...)}
		ip.Options = append(ip.Options, layers.IPv4Option{OptionType: 1, OptionLength: 1}, route)
	}
	return ip
}

func (m maker) ipv6(next layers.IPProtocol) *layers.IPv6 {
	return &layers.IPv6{Version: 6, TrafficClass: uint8(m.IntN(256)), FlowLabel: m.Uint32() >> 12, NextHeader: next,
		HopLimit: uint8(1 + m.IntN(255)), SrcIP: m.ip6(), DstIP: m.ip6()}
}

// tcp returns the segment of a connection in the middle of its life.
func (m maker) tcp() *layers.TCP {
	return &layers.TCP{SrcPort: layers.TCPPort(m.port()), DstPort: layers.TCPPort(m.port()), Seq: m.number(32), Ack: m.number(32),
		ACK: true, Window: m.port()}
}

// timestamps returns the options that Linux sends with most segments.
func (m maker) timestamps() []layers.TCPOption {
	nop := layers.TCPOption{OptionType: layers.TCPOptionKindNop, OptionLength: 1}
	return []layers.TCPOption{nop, nop, {OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: m.bytes(8)}}
}

// syn returns the segment that asks for a connection, with the options of one.
func (m maker) syn() *layers.TCP {
	s := m.tcp()
	s.ACK, s.SYN, s.Ack = false, true, 0
	s.Options = append([]layers.TCPOption{{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{5, 0xb4}},
		{OptionType: layers.TCPOptionKindSACKPermitted, OptionLength: 2},
		{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{7}},
		{OptionType: layers.TCPOptionKindNop, OptionLength: 1}}, m.timestamps()[1:]...)
	return s
}

func (m maker) udp() *layers.UDP {
	return &layers.UDP{SrcPort: layers.UDPPort(m.port()), DstPort: layers.UDPPort(m.port())}
}

// in4 returns a frame with an IPv4 packet: the header ip, and in it the rest.
func (m maker) in4(ip *layers.IPv4, rest ...gopacket.SerializableLayer) []byte {
	return m.ethernet(layers.EthernetTypeIPv4, packed(append([]gopacket.SerializableLayer{ip}, rest...)...))
}

// in6 is in4 for IPv6.
func (m maker) in6(ip *layers.IPv6, rest ...gopacket.SerializableLayer) []byte {
	return m.ethernet(layers.EthernetTypeIPv6, packed(append([]gopacket.SerializableLayer{ip}, rest...)...))
}

// padded fills a frame up to the 60 bytes that an Ethernet frame has at least,
// not counting its check sequence, with bytes that are not zeros.
func (m maker) padded(frame []byte) []byte {
	for len(frame) < 60 {
		frame = append(frame, byte(1+m.IntN(255)))
	}
	return frame
}

// packed returns the bytes of layers, each in the one before it, with their
// lengths and checksums set right.
func packed(all ...gopacket.SerializableLayer) []byte {
	for i, l := range all {
		if ip, ok := l.(gopacket.NetworkLayer); ok && i+1 < len(all) {
			if t, ok := all[i+1].(interface {
				SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
			}); ok {
				if err := t.SetNetworkLayerForChecksum(ip); err != nil {
					panic(err) // a fault of ours: such a layer can't be there
				}
			}
		}
	}
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, all...); err != nil {
		panic(err)
	}
	return slices.Clone(b.Bytes())
}

// changed returns a copy of a frame with a byte set to another value.
func changed(frame []byte, at int, to byte) []byte {
	c := slices.Clone(frame)
	c[at] = to
	return c
}

// spaced writes a frame in hex with a separator between its bytes.
func spaced(frame []byte, separator string) string {
	digits := make([]string, len(frame))
	for i, b := range frame {
		digits[i] = fmt.Sprintf("%02x", b)
	}
	return strings.Join(digits, separator)
}
