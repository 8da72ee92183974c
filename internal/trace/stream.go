package trace

import (
	"net/netip"
	"slices"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// A path is one direction of a TCP connection.
type path struct{ from, to netip.AddrPort }

// A stream is what was seen of one direction of a TCP connection.
type stream struct {
	base  uint32 // the sequence number that counts as 0: the SYN's
	syn   bool   // the SYN was seen
	scale int    // window shift its SYN offers; -1 for none
	sent  []span // relative, disjoint
	acked *ack   // what its last segment with ACK said; nil before one
	ahead []sent // repetitions that have overtaken what they repeat
}

// sent is what was sent, and when.
type sent struct {
	span
	at time.Duration
}

// An ack is what a segment says of the other direction.
type ack struct {
	number uint32 // relative
	window int
}

// A span is the sequence numbers from lo up to but not including hi.
type span struct{ lo, hi uint32 }

// A segment is what tells one segment from another, its numbers as they stand
// in the header.
type segment struct {
	path     path
	seq      uint32
	length   int
	syn, fin bool
}

// follow sets what depends on the packets before: relative numbers, the scaled
// window, and the marks.
func (d *Decoder) follow(r *reading, tcp *layers.TCP) {
	p := r.Packet
	// The wire's copy says nothing new. A damaged frame can't be believed,
	// but the same segment once more shows that it told the truth.
	believed := r.fate != Duplicated && r.fate != Corrupted
	own, peer := d.directions(path{p.Source, p.Destination}, tcp, believed)

	p.Seq = tcp.Seq - own.base
	if tcp.ACK {
		p.Ack = tcp.Ack - peer.base
	}
	p.Window = int(tcp.Window)
	if !tcp.SYN && own.scale >= 0 && peer != nil && peer.scale >= 0 {
		p.Window <<= own.scale
	}

	p.ZeroWindow = p.Window == 0 && !tcp.SYN && !tcp.FIN && !tcp.RST
	if tcp.ACK && believed && !tcp.RST {
		said := ack{p.Ack, p.Window}
		p.DuplicateACK = own.acked != nil && *own.acked == said && p.Length == 0 && !tcp.SYN && !tcp.FIN &&
			p.Seq == own.highest() && // one that was overtaken says what was true before
			before(p.Ack, peer.highest())
		own.acked = &said
	}
	d.markOrder(r, tcp, own, believed)
}

// directions returns the direction that a segment belongs to, and the other one,
// which is nil if nothing is known of it. They begin with this segment where
// nothing came before it; what is not believed begins none that lasts.
func (d *Decoder) directions(way path, tcp *layers.TCP, believed bool) (own, peer *stream) {
	if d.streams == nil {
		d.streams = make(map[path]*stream)
	}
	lasts := believed && !tcp.RST // a RST can come from where no connection is
	back := path{way.to, way.from}
	own, peer = d.streams[way], d.streams[back]
	if own == nil || tcp.SYN && (!own.syn || own.base != tcp.Seq) {
		own = newStream(tcp)
		if tcp.SYN && !tcp.ACK && peer != nil && !peer.opening() {
			peer = nil // the ports serve a new connection
		}
		if lasts {
			d.streams[way] = own
			if peer == nil {
				delete(d.streams, back)
			}
		}
	}
	if tcp.ACK && peer == nil {
		peer = &stream{base: tcp.Ack - 1, scale: -1}
		if lasts {
			d.streams[back] = peer
		}
	}
	return own, peer
}

// markOrder marks a segment that carries what its direction has carried before,
// or comes too late.
func (d *Decoder) markOrder(r *reading, tcp *layers.TCP, own *stream, believed bool) {
	p := r.Packet
	now := sent{span{p.Seq, p.Seq + uint32(p.Length)}, r.sent}
	if tcp.SYN {
		now.hi++
	}
	if tcp.FIN {
		now.hi++
	}
	if now.hi == now.lo {
		return
	}
	p.Retransmission = r.again
	seg := segment{path{p.Source, p.Destination}, tcp.Seq, p.Length, tcp.SYN, tcp.FIN}
	switch {
	case believed:
		if r.again {
			own.ahead = append(own.ahead, now)
		}
		overtaken := len(own.sent) > 0 && before(p.Seq, own.highest())
		seen := own.send(now.lo, now.hi) && !own.overtaken(now)
		p.Retransmission = seen || r.again || d.damaged[seg]
		p.OutOfOrder = overtaken && !p.Retransmission
	case r.fate == Corrupted:
		if d.damaged == nil {
			d.damaged = make(map[segment]bool)
		}
		d.damaged[seg] = true
	}
}

// newStream begins a direction at this segment. Without a SYN its numbers are
// made to continue as if one had been seen; but a RST that answers a SYN has
// the sequence number 0 itself (RFC 9293 §3.10.7.1).
func newStream(tcp *layers.TCP) *stream {
	s := &stream{base: tcp.Seq, syn: tcp.SYN, scale: -1}
	if !tcp.SYN && !(tcp.RST && tcp.Seq == 0) {
		s.base--
	}
	if tcp.SYN {
		for _, o := range tcp.Options {
			if o.OptionType == layers.TCPOptionKindWindowScale && len(o.OptionData) == 1 {
				s.scale = min(int(o.OptionData[0]), 14) // RFC 7323 §2.3
			}
		}
	}
	return s
}

// opening reports whether nothing but the SYN was sent: both sides may open a
// connection at once (RFC 9293 §3.5).
func (s *stream) opening() bool {
	return s.syn && len(s.sent) == 1 && s.sent[0] == span{0, 1}
}

// highest returns the number behind the last that was sent; 0 if nothing was.
func (s *stream) highest() uint32 {
	var hi uint32
	for i, x := range s.sent {
		if i == 0 || before(hi, x.hi) {
			hi = x.hi
		}
	}
	return hi
}

// send notes that [lo, hi) was sent and reports whether any of it was before.
func (s *stream) send(lo, hi uint32) (again bool) {
	now := span{lo, hi}
	all := now
	apart := s.sent[:0]
	for _, x := range s.sent {
		if before(x.hi, lo) || before(hi, x.lo) {
			apart = append(apart, x)
			continue
		}
		again = again || x.overlaps(now)
		if before(x.lo, all.lo) {
			all.lo = x.lo
		}
		if before(all.hi, x.hi) {
			all.hi = x.hi
		}
	}
	// Sequence numbers come round after 4 GiB; what lies far back is no
	// longer the same data.
	const memory = 1 << 30
	if all.hi-all.lo > memory {
		all.lo = all.hi - memory
	}
	s.sent = append(apart, all)
	return again
}

// overtaken reports whether a repetition of it, which was sent later, has come
// already.
func (s *stream) overtaken(now sent) bool {
	return slices.ContainsFunc(s.ahead, func(x sent) bool { return x.overlaps(now.span) && x.at > now.at })
}

func (s span) overlaps(other span) bool { return before(s.lo, other.hi) && before(other.lo, s.hi) }

// Resends reports whether a frame carries something once more that one of the
// same host, sent before it, carries.
func Resends(frame, earlier []byte) bool {
	var d Decoder
	var p Packet
	for _, b := range [][]byte{earlier, frame} {
		p, _ = d.Decode(Event{Frame: &Frame{Bytes: b, Length: len(b), Fate: Delivered}})
	}
	return p.Retransmission
}

// before compares sequence numbers modulo 2^32, RFC 9293 §3.4.
func before(a, b uint32) bool { return int32(a-b) < 0 }
