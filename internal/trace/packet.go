package trace

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Packet is what a frame says, read from its headers. Fields that its
// protocol doesn't have are zero.
type Packet struct {
	// Protocol is "ARP", "TCP", "UDP", "ICMP" or "ICMPv6"; otherwise the
	// outermost header that is understood: "Ethernet", "IPv4" or "IPv6".
	Protocol            string
	Source, Destination netip.AddrPort // port 0 where there is none
	Payload             []byte         // carried by TCP or UDP; part of Frame.Bytes, not to be changed
	Length              int            // of the payload as it was sent; a trimmed frame has less of it
	Damage              string         // why the rest could not be read; empty if all was well

	// TCP, RFC 9293 §3.1.
	Flags          string // as people write them: "SYN", "SYN ACK", "FIN PSH ACK"
	Seq, Ack       uint32 // relative: a SYN has 0, the first byte of data 1
	Window         int    // bytes; scaled if both SYNs were seen to agree on it (RFC 7323 §2.2)
	Retransmission bool   // some of its data, its SYN or its FIN was seen in this direction before
	OutOfOrder     bool   // what is new in it stands before what was seen in this direction already
	DuplicateACK   bool   // it says nothing but what the last one said, though more was sent (RFC 5681 §2)
	ZeroWindow     bool   // the sender has no room: nothing more may be sent to it (RFC 9293 §3.8.6.1)

	// Message is what ARP, neighbour discovery or ICMP says, in words: "who
	// has", "is at", "destination port unreachable".
	Message string
	Target  netip.AddrPort   // the address asked for or told; for an ICMP error, where the datagram it quotes was going
	MAC     net.HardwareAddr // with "is at": the answer
}

// What ARP (RFC 826) and neighbour discovery (RFC 4861) say.
const (
	whoHas = "who has"
	isAt   = "is at"
)

// FindsNeighbour reports whether a host asks for the hardware address that
// belongs to an IP address, or tells it: by ARP, or by neighbour discovery.
func (p Packet) FindsNeighbour() bool { return p.Message == whoHas || p.Message == isAt }

// Summary tells the packet in one short line of printable characters.
func (p Packet) Summary() string {
	if p.Damage != "" {
		return p.Protocol + ": " + p.Damage
	}
	switch {
	case p.Message == whoHas:
		return fmt.Sprintf("who has %v?", p.Target.Addr())
	case p.Message == isAt:
		return fmt.Sprintf("%v is at %v", p.Target.Addr(), p.MAC)
	case p.Protocol == "TCP" && p.Message == "":
		return p.segment()
	case p.Protocol == "UDP" && p.Message == "":
		if p.Length == 0 {
			return "UDP " + count(0)
		}
		return "UDP " + count(p.Length) + " " + excerpt(p.Payload, p.Length)
	case p.Protocol == "ICMP" || p.Protocol == "ICMPv6":
		text := strings.TrimPrefix(p.Message, "destination ")
		if strings.HasPrefix(text, "type ") {
			text = p.Protocol + " " + text
		}
		if p.Target.IsValid() && p.Target.Port() != 0 {
			text += ": " + p.Target.String()
		} else if p.Target.IsValid() {
			text += ": " + p.Target.Addr().String()
		}
		return text
	}
	return p.Protocol + ", " + p.Message
}

func (p Packet) segment() string {
	var b strings.Builder
	b.WriteString(p.Flags)
	if p.Flags == "" {
		b.WriteString("no flags")
	}
	fmt.Fprintf(&b, " seq=%d", p.Seq)
	if p.has("ACK") {
		fmt.Fprintf(&b, " ack=%d", p.Ack)
	}
	// Later windows would only be noise, but for the one that stops the sender.
	if p.has("SYN") || p.Window == 0 && !p.has("RST") {
		fmt.Fprintf(&b, " win=%d", p.Window)
	}
	if p.Length > 0 {
		quoted := excerpt(p.Payload, p.Length)
		if !strings.HasSuffix(quoted, `"`) {
			b.WriteString(" " + count(p.Length))
		}
		b.WriteString(" " + quoted)
	}
	return b.String()
}

func (p Packet) has(flag string) bool {
	for f := range strings.FieldsSeq(p.Flags) {
		if f == flag {
			return true
		}
	}
	return false
}

func count(bytes int) string {
	if bytes == 1 {
		return "1 byte"
	}
	return strconv.Itoa(bytes) + " bytes"
}

// excerpt returns data, of length bytes in all, as a Go string literal. Three
// dots stand behind the closing quote if that is only its beginning.
func excerpt(data []byte, length int) string {
	const limit = 40 // characters between the quotes
	rest, text := data, ""
	for len(rest) > 0 {
		_, size := utf8.DecodeRune(rest)
		quoted := strconv.Quote(string(rest[:size]))
		quoted = quoted[1 : len(quoted)-1]
		if len(text)+len(quoted) > limit {
			break
		}
		text += quoted
		rest = rest[size:]
	}
	if len(rest) > 0 || length > len(data) {
		return `"` + text + `"...`
	}
	return `"` + text + `"`
}
