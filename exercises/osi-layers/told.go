package osilayers

import (
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// told returns the lines that must be printed about a frame, without the one
// that counts it. refused is what is wrong with it, such as "truncated tcp":
// that error then stands in the place of the layer that it names. A frame that
// gopacket can't read up to there is a fault of ours.
func told(frame []byte, refused string) ([]string, error) {
	r := reader{refused: refused}
	err := r.ethernet(frame)
	return r.lines, err
}

// A reader tells a frame line by line.
type reader struct {
	refused string
	more    bool // the packet goes on in another frame, so that lengths go beyond this one
	lines   []string
}

func (r *reader) say(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// read reads a layer. It returns false if that layer is to be refused, and has
// said so.
func (r *reader) read(name string, l gopacket.DecodingLayer, data []byte) (bool, error) {
	var cut truncation
	err := l.DecodeFromBytes(data, &cut)
	if r.refused == "truncated "+name || r.refused == "bad "+name {
		if err == nil && !bool(cut) && !lenient(r.refused) {
			return false, fmt.Errorf("gopacket finds nothing wrong in a frame with %s: %x", r.refused, data)
		}
		r.say("error: %s", r.refused)
		return false, nil
	}
	if err != nil || bool(cut) && !r.more {
		return false, fmt.Errorf("gopacket can't read %s in %x: %w", name, data, err)
	}
	return true, nil
}

// lenient names what gopacket doesn't always mind: it looks at no version, its
// ARP is that of any network, and a UDP length of 0 is a jumbogram's (RFC 2675 §4).
func lenient(refused string) bool {
	return slices.Contains([]string{"bad ipv4", "bad ipv6", "bad arp", "bad udp"}, refused)
}

// truncation notes that there is less than a header says.
type truncation bool

func (t *truncation) SetTruncated() { *t = true }

func (r *reader) ethernet(data []byte) error {
	var eth layers.Ethernet
	if ok, err := r.read("ethernet", &eth, data); !ok {
		return err
	}
	r.say("ethernet to=%v from=%v type=0x%04x", eth.DstMAC, eth.SrcMAC, uint16(eth.EthernetType))
	switch eth.EthernetType {
	case layers.EthernetTypeARP:
		return r.arp(eth.Payload)
	case layers.EthernetTypeIPv4:
		return r.ipv4(eth.Payload)
	case layers.EthernetTypeIPv6:
		return r.ipv6(eth.Payload)
	}
	r.say("unknown type=0x%04x", uint16(eth.EthernetType))
	r.payload(eth.Payload)
	return nil
}

func (r *reader) arp(data []byte) error {
	var arp layers.ARP
	if ok, err := r.read("arp", &arp, data); !ok {
		return err
	}
	r.say("arp operation=%d sender-mac=%v sender-ip=%v target-mac=%v target-ip=%v", arp.Operation,
		net.HardwareAddr(arp.SourceHwAddress), net.IP(arp.SourceProtAddress),
		net.HardwareAddr(arp.DstHwAddress), net.IP(arp.DstProtAddress))
	return nil
}

func (r *reader) ipv4(data []byte) error {
	var ip layers.IPv4
	if ok, err := r.read("ipv4", &ip, data); !ok {
		return err
	}
	r.more = ip.Flags&layers.IPv4MoreFragments != 0
	offset := int(ip.FragOffset) * 8
	r.say("ipv4 from=%v to=%v protocol=%d ttl=%d id=%d flags=%s offset=%d header=%d options=%s", ip.SrcIP, ip.DstIP,
		uint8(ip.Protocol), ip.TTL, ip.Id, names(flag{"MF", r.more}, flag{"DF", ip.Flags&layers.IPv4DontFragment != 0}),
		offset, len(ip.Contents), digits(ip.Contents[20:]))
	if offset > 0 {
		r.say("fragment")
		r.payload(ip.Payload)
		return nil
	}
	return r.transport(ip.Protocol, ip.Payload)
}

func (r *reader) ipv6(data []byte) error {
	var ip ipv6Header
	if ok, err := r.read("ipv6", &ip, data); !ok {
		return err
	}
	r.say("ipv6 from=%s to=%s next=%d hops=%d", expanded(ip.SrcIP), expanded(ip.DstIP), uint8(ip.NextHeader), ip.HopLimit)
	return r.transport(ip.NextHeader, ip.Payload)
}

// An ipv6Header is IPv6's header alone. gopacket takes hop-by-hop options into
// that layer, and a payload length of 0 for a jumbogram's (RFC 2675).
type ipv6Header struct{ layers.IPv6 }

func (h *ipv6Header) DecodeFromBytes(data []byte, df gopacket.DecodeFeedback) error {
	if len(data) < 40 {
		return h.IPv6.DecodeFromBytes(data, df)
	}
	plain := slices.Clone(data)
	plain[6] = byte(layers.IPProtocolNoNextHeader)
	err := h.IPv6.DecodeFromBytes(plain, df)
	h.NextHeader = layers.IPProtocol(data[6])
	if h.Length == 0 {
		h.Payload, err = nil, nil
	}
	return err
}

// transport tells what IP carries.
func (r *reader) transport(protocol layers.IPProtocol, data []byte) error {
	switch protocol {
	case layers.IPProtocolTCP:
		return r.tcp(data)
	case layers.IPProtocolUDP:
		return r.udp(data)
	}
	r.say("unknown protocol=%d", uint8(protocol))
	r.payload(data)
	return nil
}

func (r *reader) tcp(data []byte) error {
	var tcp layers.TCP
	if ok, err := r.read("tcp", &tcp, data); !ok {
		return err
	}
	r.say("tcp from=%d to=%d seq=%d ack=%d flags=%s window=%d header=%d options=%s", uint16(tcp.SrcPort), uint16(tcp.DstPort),
		tcp.Seq, tcp.Ack, names(flag{"FIN", tcp.FIN}, flag{"SYN", tcp.SYN}, flag{"RST", tcp.RST}, flag{"PSH", tcp.PSH},
			flag{"ACK", tcp.ACK}, flag{"URG", tcp.URG}, flag{"ECE", tcp.ECE}, flag{"CWR", tcp.CWR}),
		tcp.Window, len(tcp.Contents), digits(tcp.Contents[20:]))
	r.payload(tcp.Payload)
	return nil
}

func (r *reader) udp(data []byte) error {
	var udp layers.UDP
	if ok, err := r.read("udp", &udp, data); !ok {
		return err
	}
	r.say("udp from=%d to=%d length=%d", uint16(udp.SrcPort), uint16(udp.DstPort), udp.Length)
	r.payload(udp.Payload)
	return nil
}

func (r *reader) payload(data []byte) {
	if len(data) > 0 {
		r.say("payload bytes=%d hex=%x", len(data), data)
	}
}

// digits returns bytes in hex, or "-" where there are none.
func digits(data []byte) string {
	if len(data) == 0 {
		return "-"
	}
	return hex.EncodeToString(data)
}

func expanded(ip net.IP) string {
	a, _ := netip.AddrFromSlice(ip)
	return a.StringExpanded()
}

// A flag is a bit with a name.
type flag struct {
	name string
	set  bool
}

// names returns the names of the flags that are set, or "-".
func names(flags ...flag) string {
	var set []string
	for _, f := range flags {
		if f.set {
			set = append(set, f.name)
		}
	}
	if len(set) == 0 {
		return "-"
	}
	return strings.Join(set, ",")
}
