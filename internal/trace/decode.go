package trace

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// A Decoder reads frames in the order of their timeline; it remembers each TCP
// connection, to count its bytes from 0 and to know what was sent before. The
// zero Decoder is ready to use. It is not safe for concurrent use.
type Decoder struct {
	streams map[path]*stream
	damaged map[segment]bool // what damaged frames claimed to be
}

// Decode returns what e's frame says, and whether e is a frame at all. A frame
// that is cut short or damaged gives as much as can be read.
func (d *Decoder) Decode(e Event) (p Packet, ok bool) {
	if e.Frame == nil {
		return Packet{}, false
	}
	// What is read was damaged on purpose; a reader that trips over it must
	// not take the program with it.
	defer func() {
		if recover() != nil {
			p.Damage = "unreadable"
		}
	}()
	ok = true
	d.ethernet(&p, e)
	return
}

func (d *Decoder) ethernet(p *Packet, e Event) {
	f := e.Frame
	p.Protocol = "Ethernet"
	var eth layers.Ethernet
	if !p.read(&eth, f.Bytes) {
		return
	}
	// The payload is the end of the frame, so what was trimmed is its end.
	r := reading{Packet: p, decoder: d, fate: f.Fate, again: f.Again, sent: e.At - f.Held,
		trimmed: max(0, f.Length-len(f.Bytes))}
	switch eth.EthernetType {
	case layers.EthernetTypeARP:
		r.arp(eth.Payload)
	case layers.EthernetTypeIPv4:
		r.ipv4(eth.Payload)
	case layers.EthernetTypeIPv6:
		r.ipv6(eth.Payload)
	default:
		p.Message = fmt.Sprintf("type 0x%04x", binary.BigEndian.Uint16(f.Bytes[12:]))
	}
}

// read decodes one header and says in p.Damage if it can't.
func (p *Packet) read(header gopacket.DecodingLayer, data []byte) bool {
	var cut truncation
	err := header.DecodeFromBytes(data, &cut)
	switch {
	case err == nil:
		return true
	case bool(cut):
		p.Damage = "header cut short"
	default:
		p.Damage = "header damaged"
	}
	return false
}

// truncation notes that a header was shorter than it should be.
type truncation bool

func (t *truncation) SetTruncated() { *t = true }

// A reading is one frame on its way to a Packet.
type reading struct {
	*Packet
	decoder *Decoder
	fate    Fate
	again   bool          // Frame.Again
	sent    time.Duration // when its host sent it
	trimmed int           // bytes missing at the end
}

func (r *reading) arp(data []byte) {
	r.Protocol = "ARP"
	var arp layers.ARP
	if !r.read(&arp, data) {
		return
	}
	r.Source, r.Destination = addr(arp.SourceProtAddress), addr(arp.DstProtAddress)
	switch arp.Operation {
	case layers.ARPRequest:
		r.Message, r.Target = whoHas, r.Destination
	case layers.ARPReply:
		r.Message, r.Target, r.MAC = isAt, r.Source, arp.SourceHwAddress
	default:
		r.Message = fmt.Sprintf("operation %d", arp.Operation)
	}
}

func addr(b []byte) netip.AddrPort {
	a, _ := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(a, 0)
}

func (r *reading) ipv4(data []byte) {
	r.Protocol = "IPv4"
	var ip layers.IPv4
	if !r.read(&ip, data) {
		return
	}
	r.Source, r.Destination = addr(ip.SrcIP), addr(ip.DstIP)
	offset := int(ip.FragOffset) * 8
	r.transport(ip.Protocol, ip.Payload, offset, ip.Flags&layers.IPv4MoreFragments != 0)
}

func (r *reading) ipv6(data []byte) {
	r.Protocol = "IPv6"
	var ip layers.IPv6
	if !r.read(&ip, data) {
		return
	}
	r.Source, r.Destination = addr(ip.SrcIP), addr(ip.DstIP)
	next, rest := ip.NextHeader, ip.Payload
	if ip.HopByHop != nil {
		next = ip.HopByHop.NextHeader
	}
	for {
		switch next {
		case layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Destination:
			var skip layers.IPv6ExtensionSkipper
			if !r.read(&skip, rest) {
				return
			}
			next, rest = skip.NextHeader, skip.Payload
		case layers.IPProtocolIPv6Fragment:
			var f layers.IPv6Fragment
			if !r.read(&f, rest) {
				return
			}
			r.transport(f.NextHeader, f.Payload, int(f.FragmentOffset)*8, f.MoreFragments)
			return
		default:
			r.transport(next, rest, 0, false)
			return
		}
	}
}

// transport reads what IP carries. offset is where in its datagram data
// stands; more says that the datagram goes on in another frame.
func (r *reading) transport(protocol layers.IPProtocol, data []byte, offset int, more bool) {
	switch protocol {
	case layers.IPProtocolTCP:
		r.Protocol = "TCP"
	case layers.IPProtocolUDP:
		r.Protocol = "UDP"
	case layers.IPProtocolICMPv4:
		r.Protocol = "ICMP"
	case layers.IPProtocolICMPv6:
		r.Protocol = "ICMPv6"
	default:
		r.Message = fmt.Sprintf("protocol %d", uint8(protocol))
		return
	}
	if offset > 0 { // the header was in the first fragment
		r.Length = len(data) + r.trimmed
		r.Message = fmt.Sprintf("fragment, %s from %d", count(r.Length), offset)
		return
	}
	switch protocol {
	case layers.IPProtocolTCP:
		r.tcp(data)
	case layers.IPProtocolUDP:
		r.udp(data)
	case layers.IPProtocolICMPv4:
		r.icmp(data)
	case layers.IPProtocolICMPv6:
		r.icmp6(data)
	}
	if more && r.Damage == "" {
		r.Message = "first fragment of " + count(r.Length)
	}
}

func (r *reading) ports(from, to uint16) {
	r.Source = netip.AddrPortFrom(r.Source.Addr(), from)
	r.Destination = netip.AddrPortFrom(r.Destination.Addr(), to)
}

func (r *reading) udp(data []byte) {
	var udp layers.UDP
	if !r.read(&udp, data) {
		return
	}
	r.ports(uint16(udp.SrcPort), uint16(udp.DstPort))
	r.Payload = udp.Payload
	r.Length = max(len(udp.Payload), int(udp.Length)-8)
}

func (r *reading) tcp(data []byte) {
	var tcp layers.TCP
	if !r.read(&tcp, data) {
		return
	}
	r.ports(uint16(tcp.SrcPort), uint16(tcp.DstPort))
	r.Payload = tcp.Payload
	r.Length = len(tcp.Payload) + r.trimmed
	r.Flags = flags(&tcp)
	r.decoder.follow(r, &tcp)
}

func flags(tcp *layers.TCP) string {
	var set []string
	for _, f := range []struct {
		on   bool
		name string
	}{
		{tcp.SYN, "SYN"}, {tcp.FIN, "FIN"}, {tcp.RST, "RST"}, {tcp.PSH, "PSH"}, {tcp.ACK, "ACK"},
		{tcp.URG, "URG"}, {tcp.ECE, "ECE"}, {tcp.CWR, "CWR"},
	} {
		if f.on {
			set = append(set, f.name)
		}
	}
	return strings.Join(set, " ")
}
