package trace

import (
	"fmt"
	"strconv"

	"github.com/gopacket/gopacket/layers"
)

// inBytes shows a length that the header counts in units of size bytes.
func inBytes(size uint32) func(uint32) (value, note string) {
	return func(v uint32) (value, note string) {
		return strconv.FormatUint(uint64(v), 10), count(int(v * size))
	}
}

// headerLength shows the length of an IPv4 or TCP header.
func headerLength(v uint32) (value, note string) {
	if v < 5 {
		return strconv.FormatUint(uint64(v), 10), "wrong: a header has 20 bytes at least"
	}
	return inBytes(4)(v)
}

// ipv4 reads the header of RFC 791 §3.1 and what it carries.
func (d *dissection) ipv4() {
	d.layer("IPv4")
	start := d.at
	first := d.split(1, part{name: "Version", bits: 4}, part{"Header length", 4, headerLength})
	header := start + 4*int(first[1])
	d.split(1, part{name: "DSCP", bits: 6}, part{name: "ECN", bits: 2})
	total := int(d.number("Total length", 2))
	d.bound(start, total, max(header-start, 20))
	d.code("Identification", 2)
	fragment := d.split(2, part{"Flags", 3, ipv4Flags}, part{"Fragment offset", 13, inBytes(8)})
	d.number("Time to live", 1)
	protocol := d.protocol("Protocol")
	d.code("Header checksum", 2)
	if header <= d.end && header >= start+20 {
		d.checked(onesSum(0, d.frame[start:header]))
	}
	from, to := d.field("Source", 4, showIP), d.field("Destination", 4, showIP)
	d.options(header, ipv4Option)
	if d.cut {
		return
	}
	if header < start+20 {
		d.rest("Payload")
		return
	}
	d.pseudoHeader(from, to, protocol)
	if fragment[1] > 0 {
		d.rest("Fragment")
		return
	}
	d.transport(protocol, fragment[0]&1 != 0)
}

// bound ends the datagram where its header says, given in bytes from start.
func (d *dissection) bound(start, total, header int) {
	switch {
	case d.cut:
	case total < header:
		d.note("wrong: shorter than the header")
	case start+total > d.end && d.quoted: // an error need not quote all of it
	case start+total > d.end:
		d.missing = start + total - d.end
		d.note(count(d.missing) + " of that are not here")
	default:
		d.end = start + total
	}
}

func ipv4Flags(v uint32) (value, note string) {
	switch v {
	case 0:
		return "0", ""
	case 1:
		return "1", "more fragments follow"
	case 2:
		return "2", "don't fragment"
	}
	return strconv.FormatUint(uint64(v), 10), ""
}

func ipv4Option(kind byte, data []byte) (name, value string) {
	switch kind {
	case 7:
		return "record route", showHex(data)
	case 68:
		return "timestamp", showHex(data)
	case 131:
		return "loose source route", showHex(data)
	case 137:
		return "strict source route", showHex(data)
	case 148:
		return "router alert", showHex(data)
	}
	return fmt.Sprintf("type %d", kind), showHex(data)
}

// options reads what stands before the header's end: IPv4 and TCP have the
// same form of them, a kind and, but for kinds 0 and 1, a length and data.
func (d *dissection) options(header int, show func(kind byte, data []byte) (name, value string)) {
	for !d.cut && d.at < header {
		at, room := d.at, header-d.at
		field := Field{Name: "Option", Offset: at, Length: optionLength(d.frame[at:d.end], room)}
		b := d.take(field.Name, min(field.Length, room))
		if b == nil {
			return
		}
		switch {
		case b[0] == 0:
			field.Name, field.Value = "Option: end of options", count(len(b))
		case b[0] == 1:
			field.Name, field.Value = "Option: no operation", "1 byte"
		case field.Length > room:
			field.Value, field.Length, field.Note = showHex(b), room, "its length is wrong"
		default:
			name, value := show(b[0], b[2:])
			field.Name, field.Value = "Option: "+name, value
		}
		if field.Value == "" {
			field.Value = "no data"
		}
		d.add(field)
	}
}

// optionLength returns how many bytes the option at the beginning of b takes
// of the header's last room bytes; more than room if it can't be right.
func optionLength(b []byte, room int) int {
	switch {
	case len(b) == 0 || b[0] == 1:
		return 1
	case b[0] == 0: // what is behind it is padding
		return room
	case len(b) < 2 || b[1] < 2:
		return room + 1
	}
	return int(b[1])
}

// ipv6 reads the header of RFC 8200 §3, its extensions and what they carry.
func (d *dissection) ipv6() {
	d.layer("IPv6")
	start := d.at
	d.split(4, part{name: "Version", bits: 4}, part{name: "Traffic class", bits: 8},
		part{"Flow label", 20, func(v uint32) (value, note string) { return fmt.Sprintf("0x%05x", v), "" }})
	payload := int(d.number("Payload length", 2))
	d.bound(start, 40+payload, 40)
	next := d.protocol("Next header")
	d.number("Hop limit", 1)
	from, to := d.field("Source", 16, showIP), d.field("Destination", 16, showIP)
	more, later := false, false
	for !d.cut {
		switch next {
		case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Destination:
			d.layer(next.String())
			at := d.at
			next = d.protocol("Next header")
			length := 8 + 8*int(d.number("Header length", 1))
			d.note(count(length))
			d.field("Options", at+length-d.at, showHex)
		case layers.IPProtocolIPv6Fragment:
			d.layer(next.String())
			next = d.protocol("Next header")
			d.number("Reserved", 1)
			f := d.split(2, part{"Fragment offset", 13, inBytes(8)}, part{name: "Reserved", bits: 2}, part{name: "More fragments", bits: 1})
			d.code("Identification", 4)
			more, later = f[2] != 0, f[0] > 0
			if later {
				d.rest("Fragment")
				return
			}
		default:
			d.pseudoHeader(from, to, next)
			d.transport(next, more)
			return
		}
	}
}

// protocol reads which protocol comes next.
func (d *dissection) protocol(name string) layers.IPProtocol {
	p := layers.IPProtocol(d.number(name, 1))
	d.note(p.String())
	return p
}

// pseudoHeader begins the checksum of what IP carries (RFC 9293 §3.1, RFC 8200 §8.1).
func (d *dissection) pseudoHeader(from, to []byte, protocol layers.IPProtocol) {
	d.pseudo = onesSum(onesSum(uint32(protocol), from), to)
}

// onesSum adds b to a sum as the Internet's checksum has it (RFC 1071). It
// doesn't overflow: carries are added at once.
func onesSum(sum uint32, b []byte) uint32 {
	for i := 0; i < len(b); i += 2 {
		word := uint32(b[i]) << 8
		if i+1 < len(b) {
			word |= uint32(b[i+1])
		}
		for sum += word; sum > 0xffff; {
			sum = sum&0xffff + sum>>16
		}
	}
	return sum
}

// checked notes whether the checksum read last is right, given the sum of all
// that it covers, itself included.
func (d *dissection) checked(sum uint32) {
	if sum == 0xffff {
		d.note("right")
	} else {
		d.note("wrong: the receiver discards this")
	}
}

// covered notes the same of a checksum in the header from start on, where IP
// carried the whole of its length bytes here.
func (d *dissection) covered(start, length int, whole bool) {
	if whole && !d.cut && !d.quoted && d.missing == 0 && start+length == d.end {
		d.checked(onesSum(d.pseudo+uint32(length>>16)+uint32(length&0xffff), d.frame[start:d.end]))
	}
}
