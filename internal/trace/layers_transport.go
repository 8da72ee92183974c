package trace

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/gopacket/gopacket/layers"
)

// transport reads what IP carries; more says that it goes on in another frame.
func (d *dissection) transport(protocol layers.IPProtocol, more bool) {
	switch protocol {
	case layers.IPProtocolTCP:
		d.tcp(!more)
	case layers.IPProtocolUDP:
		d.udp(!more)
	case layers.IPProtocolICMPv4:
		d.icmp(!more)
	case layers.IPProtocolICMPv6:
		d.icmp6(!more)
	default:
		d.rest("Payload")
	}
}

// Fields of the TCP header that Annotate knows.
const (
	seqField    = "Sequence number"
	ackField    = "Acknowledgment number"
	windowField = "Window"
)

// tcp reads the header of RFC 9293 §3.1. whole says that the segment is not
// only a fragment.
func (d *dissection) tcp(whole bool) {
	d.layer("TCP")
	start := d.at
	d.number("Source port", 2)
	d.number("Destination port", 2)
	d.number(seqField, 4)
	d.number(ackField, 4)
	v := d.split(2, part{"Header length", 4, headerLength}, part{name: "Reserved", bits: 4}, part{"Flags", 8, tcpFlags})
	header := start + 4*int(v[0])
	d.number(windowField, 2)
	d.code("Checksum", 2)
	d.covered(start, d.end-start, whole)
	d.number("Urgent pointer", 2)
	d.options(header, tcpOption)
	d.rest("Payload")
}

func tcpFlags(v uint32) (value, note string) {
	return fmt.Sprintf("0x%02x", v), flags(&layers.TCP{FIN: v&1 != 0, SYN: v&2 != 0, RST: v&4 != 0, PSH: v&8 != 0,
		ACK: v&16 != 0, URG: v&32 != 0, ECE: v&64 != 0, CWR: v&128 != 0})
}

func tcpOption(kind byte, data []byte) (name, value string) {
	switch {
	case kind == 2 && len(data) == 2:
		return "maximum segment size", count(int(binary.BigEndian.Uint16(data)))
	case kind == 3 && len(data) == 1 && data[0] <= 14: // RFC 7323 §2.3
		return "window scale", fmt.Sprintf("%d: windows count in units of %s", data[0], count(1<<data[0]))
	case kind == 4 && len(data) == 0:
		return "selective acknowledgment permitted", "yes"
	case kind == 5 && len(data)%8 == 0:
		var blocks []string
		for ; len(data) > 0; data = data[8:] {
			blocks = append(blocks, fmt.Sprintf("%d to %d", number(data[:4]), number(data[4:8])))
		}
		return "selective acknowledgment", strings.Join(blocks, ", ")
	case kind == 8 && len(data) == 8:
		return "timestamps", fmt.Sprintf("own %d, echoed %d", number(data[:4]), number(data[4:]))
	}
	return fmt.Sprintf("kind %d", kind), showHex(data)
}

func (d *dissection) udp(whole bool) {
	d.layer("UDP")
	start := d.at
	d.number("Source port", 2)
	d.number("Destination port", 2)
	length := int(d.number("Length", 2))
	if d.code("Checksum", 2) == 0 {
		d.note("none")
	} else {
		d.covered(start, length, whole)
	}
	d.rest("Payload")
}

// icmp reads a message of RFC 792.
func (d *dissection) icmp(whole bool) {
	d.layer("ICMP")
	start := d.at
	typ, code := d.number("Type", 1), d.number("Code", 1)
	said := layers.ICMPv4TypeCode(typ<<8 | code)
	d.note(icmpWord(said))
	d.code("Checksum", 2)
	if whole && !d.cut && !d.quoted && d.missing == 0 {
		d.checked(onesSum(0, d.frame[start:d.end])) // without a pseudo header
	}
	switch typ {
	case layers.ICMPv4TypeEchoRequest, layers.ICMPv4TypeEchoReply:
		d.echo()
	case layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4TypeTimeExceeded, layers.ICMPv4TypeParameterProblem:
		d.code("Unused", 2)
		d.number("Next MTU", 2) // RFC 1191 §4
		d.quotation((*dissection).ipv4)
	default:
		d.rest("Payload")
	}
}

func (d *dissection) echo() {
	d.number("Identifier", 2)
	d.number("Sequence number", 2)
	d.rest("Payload")
}

// quotation reads the beginning of the datagram that an error is about.
func (d *dissection) quotation(ip func(*dissection)) {
	if d.cut || d.quoted || d.at == d.end {
		d.rest("Payload")
		return
	}
	d.quoted = true
	ip(d)
	d.quoted = false
}

// icmp6 reads a message of RFC 4443 or RFC 4861.
func (d *dissection) icmp6(whole bool) {
	d.layer("ICMPv6")
	start := d.at
	typ, code := d.number("Type", 1), d.number("Code", 1)
	said := icmp6Word(layers.ICMPv6TypeCode(typ<<8 | code))
	d.note(said)
	d.code("Checksum", 2)
	d.covered(start, d.end-start, whole)
	switch {
	case d.cut:
	case said == whoHas || said == isAt:
		d.code("Flags and reserved", 4)
		d.field("Target", 16, showIP)
		d.neighbourOptions()
	case typ == layers.ICMPv6TypeEchoRequest || typ == layers.ICMPv6TypeEchoReply:
		d.echo()
	case typ < 128:
		d.number("Parameter", 4) // unused, an MTU or a pointer
		d.quotation((*dissection).ipv6)
	default:
		d.rest("Payload")
	}
}

// neighbourOptions reads options whose length counts units of 8 bytes (RFC 4861 §4.6).
func (d *dissection) neighbourOptions() {
	for !d.cut && d.at < d.end {
		at, length := d.at, 2
		if d.end-at >= 2 {
			length = 8 * int(d.frame[at+1])
		}
		if length == 0 { // can't be, and where the next one stands is unknown
			d.rest("Payload")
			return
		}
		b := d.take("Option", length)
		if b == nil {
			return
		}
		head, data := b[:2], b[2:]
		f := Field{Name: fmt.Sprintf("Option: type %d", head[0]), Value: showHex(data), Offset: at, Length: length}
		switch {
		case head[0] == byte(layers.ICMPv6OptSourceAddress) && length == 8:
			f.Name, f.Value = "Option: source hardware address", showMAC(data)
		case head[0] == byte(layers.ICMPv6OptTargetAddress) && length == 8:
			f.Name, f.Value = "Option: target hardware address", showMAC(data)
		}
		d.add(f)
	}
}
