package ladder

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A conversation is what the ports at both ends of the wire tell apart.
type conversation struct {
	protocol       string // "TCP", "UDP6"
	client, server netip.AddrPort
}

// frame draws e as an arrow with what it says on it.
func (t *Text) frame(e trace.Event) {
	packet, _ := t.decoder.Decode(e)
	t.introduce(e, packet)
	// Headers, payload and notes stay in one piece each where they can.
	headers, payload, quoted := strings.Cut(escape(packet.Summary(), t.page.ascii), ` "`)
	pieces := []string{headers}
	if quoted {
		pieces = append(pieces, `"`+payload)
	}
	if said := notes(e.Frame, packet); said != "" {
		pieces = append(pieces, "("+said+")")
	}
	look := styleOf(e.Host)
	if e.Frame.Fate != trace.Delivered || e.Frame.Held > 0 {
		look = fault
	}
	at := clock(e.At)
	for _, l := range t.page.arrow(e.Host, pieces, e.Frame.Fate == trace.Dropped) {
		t.page.line(at, cell{}, cell{text: l, style: look}, cell{})
		at = ""
	}
}

// introduce writes both ends' ports over the first frame that goes between
// them, and again when another pair's frames were drawn meanwhile.
func (t *Text) introduce(e trace.Event, p trace.Packet) {
	if p.Source.Port() == 0 && p.Destination.Port() == 0 || e.Frame.Fate == trace.Corrupted {
		return // the ports could be the damage
	}
	now := conversation{p.Protocol, p.Source, p.Destination}
	if e.Host == trace.Server {
		now.client, now.server = p.Destination, p.Source
	}
	if p.Source.Addr().Is6() {
		now.protocol += "6"
	}
	if now == t.between {
		return
	}
	t.between = now
	left := fmt.Sprintf(" port %d", now.client.Port())
	right := fmt.Sprintf("port %d ", now.server.Port())
	gap := t.page.wire - len(left) - len(right) - len(now.protocol)
	// Centred on the wire, as far as the ports leave room.
	before := min(max((t.page.wire-len(now.protocol))/2-len(left), 1), gap-1)
	t.page.line("", cell{}, cell{text: left + blank(before) + now.protocol + blank(gap-before) + right, style: faint}, cell{})
}

// notes returns what else there is to say of a frame.
func notes(f *trace.Frame, p trace.Packet) string {
	var said []string
	switch f.Fate {
	case trace.Duplicated:
		said = append(said, "copy")
	case trace.Corrupted:
		said = append(said, "damaged")
	}
	if p.Retransmission {
		said = append(said, "again")
	}
	if f.Held > 0 {
		ms := float64(f.Held) / float64(time.Millisecond)
		if ms < 10 {
			said = append(said, fmt.Sprintf("held %.1f ms", math.Ceil(ms*10)/10))
		} else {
			said = append(said, fmt.Sprintf("held %.0f ms", ms))
		}
	}
	return strings.Join(said, ", ")
}

// arrow returns the lines of an arrow from the given host, as wide as the
// wire. What is too long for it goes on below.
func (p *page) arrow(from trace.Host, pieces []string, lost bool) []string {
	const lead = 2 // cells of beam before the text, or of blank on the lines below
	toServer := from != trace.Server
	tip := p.toClient
	switch {
	case lost && toServer:
		tip = p.cross + " lost "
	case lost:
		tip = " lost " + p.cross
	case toServer:
		tip = p.toServer
	}
	lines := pack(pieces, p.wire-lead-1-width(tip))
	for i, l := range lines {
		rest := p.wire - lead - width(l)
		switch {
		case i > 0 && toServer:
			lines[i] = blank(lead) + l
		case i > 0:
			lines[i] = blank(rest) + l
		case toServer:
			lines[i] = strings.Repeat(p.beam, lead) + l + strings.Repeat(p.beam, rest-width(tip)) + tip
		default:
			lines[i] = tip + strings.Repeat(p.beam, rest-width(tip)) + l + strings.Repeat(p.beam, lead)
		}
	}
	return lines
}
