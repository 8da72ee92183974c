package trace

import (
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/gopacket/gopacket/layers"
)

// A Layer is one header of a frame, or what the innermost header carries, with
// its fields in the order of their bytes.
type Layer struct {
	Name   string // "Ethernet", "IPv4", "TCP", "Payload", …; a datagram in an ICMP error begins with "Quoted IPv4"
	Fields []Field
}

// A Field is one field of a Layer, in printable characters.
type Field struct {
	Name, Value string
	// Offset and Length are the bytes of the frame that the field takes. One
	// of a few bits takes the bytes they lie in, and shares them with others.
	Offset, Length int
	Note           string // what the value means, or what is wrong with it; may be empty
}

const cutShort = "cut short" // the Value of a field that the frame has not all bytes of

// Layers takes a frame apart, from its Ethernet header on. Of one that is cut
// short or damaged it gives as much as can be read.
func Layers(frame []byte) []Layer {
	d := dissection{frame: frame, end: len(frame)}
	d.ethernet()
	if d.end < len(frame) {
		d.at, d.end, d.missing, d.cut = d.end, len(frame), 0, false
		d.rest("Padding")
	}
	return d.layers
}

// Annotate adds notes to the layers of p's frame: what the numbers in its TCP
// header come to, given the frames before.
func (p Packet) Annotate(parts []Layer) {
	if p.Protocol != "TCP" || p.Damage != "" || p.Message != "" {
		return
	}
	for _, l := range parts {
		if l.Name != "TCP" {
			continue
		}
		for i := range l.Fields {
			switch f := &l.Fields[i]; {
			case f.Name == seqField:
				f.Note = fmt.Sprintf("%d, counted from the SYN", p.Seq)
			case f.Name == ackField && p.has("ACK"):
				f.Note = fmt.Sprintf("%d, counted from the SYN", p.Ack)
			case f.Name == windowField && f.Value != strconv.Itoa(p.Window):
				f.Note = fmt.Sprintf("scaled: %d bytes", p.Window)
			}
		}
	}
}

// A dissection is a frame on its way to its layers. Once a field is cut short,
// the rest of its header is left out and reads as zero.
type dissection struct {
	frame   []byte
	at, end int  // what is read next, and where the datagram ends
	missing int  // bytes of the datagram that the frame hasn't got
	cut     bool // a field was cut short
	quoted  bool // inside an ICMP error's quotation
	pseudo  uint32
	layers  []Layer
}

func (d *dissection) layer(name string) {
	if d.quoted {
		name = "Quoted " + name
	}
	d.layers = append(d.layers, Layer{Name: name})
}

func (d *dissection) add(f Field) {
	l := &d.layers[len(d.layers)-1]
	l.Fields = append(l.Fields, f)
}

// note sets the note of the field read last.
func (d *dissection) note(text string) {
	if l := &d.layers[len(d.layers)-1]; !d.cut && len(l.Fields) > 0 {
		l.Fields[len(l.Fields)-1].Note = text
	}
}

// take returns the next n bytes, which are the named field's. If there are
// fewer it adds that field as cut short and returns nil.
func (d *dissection) take(name string, n int) []byte {
	if d.cut {
		return nil
	}
	if left := d.end - d.at; left < n {
		d.cut = true
		d.add(Field{Name: name, Value: cutShort, Offset: d.at, Length: left})
		d.at = d.end
		return nil
	}
	d.at += n
	return d.frame[d.at-n : d.at]
}

// field reads a field of n bytes and shows them as show says.
func (d *dissection) field(name string, n int, show func([]byte) string) []byte {
	b := d.take(name, n)
	if len(b) > 0 {
		d.add(Field{Name: name, Value: show(b), Offset: d.at - n, Length: n})
	}
	return b
}

// number reads a field of n bytes that is a number, most significant byte first.
func (d *dissection) number(name string, n int) uint32 {
	return number(d.field(name, n, func(b []byte) string { return strconv.FormatUint(uint64(number(b)), 10) }))
}

// code reads a field of n bytes that is a number people write in base 16.
func (d *dissection) code(name string, n int) uint32 {
	return number(d.field(name, n, func(b []byte) string { return fmt.Sprintf("0x%x", b) }))
}

func number(b []byte) (v uint32) {
	for _, c := range b {
		v = v<<8 | uint32(c)
	}
	return v
}

func showMAC(b []byte) string { return net.HardwareAddr(b).String() }

func showIP(b []byte) string {
	a, _ := netip.AddrFromSlice(b)
	return a.String()
}

func showHex(b []byte) string { return hex.EncodeToString(b) }

// A part is a field of a few bits. show may be nil for a plain number.
type part struct {
	name string
	bits int
	show func(uint32) (value, note string)
}

// split reads n bytes, at most four, that several fields share from the
// highest bit on, and returns their values.
func (d *dissection) split(n int, parts ...part) []uint32 {
	values := make([]uint32, len(parts))
	b := d.take(parts[0].name, n)
	if b == nil {
		return values
	}
	whole, from := number(b), 0
	for i, p := range parts {
		to := from + p.bits
		v := whole >> (8*n - to) & (1<<p.bits - 1)
		f := Field{Name: p.name, Value: strconv.FormatUint(uint64(v), 10), Offset: d.at - n + from/8}
		f.Length = (to+7)/8 - from/8
		if p.show != nil {
			f.Value, f.Note = p.show(v)
		}
		d.add(f)
		values[i], from = v, to
	}
	return values
}

// rest is a layer of what nobody takes apart further.
func (d *dissection) rest(name string) {
	const limit = 256 // bytes shown
	data := d.frame[d.at:d.end]
	if d.cut || len(data) == 0 && d.missing == 0 {
		return
	}
	d.layer(name)
	shown := strconv.Quote(string(data[:min(len(data), limit)]))
	if len(data) > limit {
		shown += "..."
	}
	note := count(len(data) + d.missing)
	if d.missing > 0 {
		note = fmt.Sprintf("%s, of which %d are here", note, len(data))
	}
	d.add(Field{Name: "Data", Value: shown, Offset: d.at, Length: len(data), Note: note})
	d.at = d.end
}

func (d *dissection) ethernet() {
	d.layer("Ethernet")
	to := d.field("Destination", 6, showMAC)
	if to != nil && number(to[:3]) == 0xffffff && number(to[3:]) == 0xffffff {
		d.note("broadcast: to every host")
	}
	d.field("Source", 6, showMAC)
	typ := layers.EthernetType(d.code("Type", 2))
	switch {
	case d.cut:
		return
	case typ == layers.EthernetTypeARP:
		d.note("ARP")
		d.arp()
	case typ == layers.EthernetTypeIPv4:
		d.note("IPv4")
		d.ipv4()
	case typ == layers.EthernetTypeIPv6:
		d.note("IPv6")
		d.ipv6()
	default:
		d.rest("Payload")
	}
}

func (d *dissection) arp() {
	d.layer("ARP")
	if d.number("Hardware type", 2) == uint32(layers.LinkTypeEthernet) {
		d.note("Ethernet")
	}
	if d.code("Protocol type", 2) == uint32(layers.EthernetTypeIPv4) {
		d.note("IPv4")
	}
	hardware := int(d.number("Hardware size", 1))
	protocol := int(d.number("Protocol size", 1))
	switch d.number("Operation", 2) {
	case uint32(layers.ARPRequest):
		d.note("request: who has the target's IP address?")
	case uint32(layers.ARPReply):
		d.note("reply: the sender has its IP address")
	}
	mac, ip := showMAC, showHex
	if hardware != 6 {
		mac = showHex
	}
	if protocol == 4 {
		ip = showIP
	}
	d.field("Sender hardware address", hardware, mac)
	d.field("Sender IP address", protocol, ip)
	d.field("Target hardware address", hardware, mac)
	d.field("Target IP address", protocol, ip)
	d.rest("Padding")
}
