package ladder

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// crossing draws what went from host to host as an arrow with what it says on
// it.
func (p *page) crossing(r row) {
	look := styleOf(r.host)
	if r.fault {
		look = fault
	}
	at := clock(r.at)
	for _, l := range p.arrow(&r) {
		p.line(at, cell{}, cell{text: l, style: look}, cell{})
		at = ""
	}
}

// ends draws the ports of both ends, and the protocol between them.
func (p *page) ends(c conversation) {
	left := fmt.Sprintf(" port %d", c.client.Port())
	right := fmt.Sprintf("port %d ", c.server.Port())
	gap := p.wire - len(left) - len(right) - len(c.protocol)
	// Centred on the wire, as far as the ports leave room.
	before := min(max((p.wire-len(c.protocol))/2-len(left), 1), gap-1)
	p.line("", cell{}, cell{text: left + blank(before) + c.protocol + blank(gap-before) + right, style: faint}, cell{})
}

// arrow returns the lines of r's arrow, as wide as the wire. What is too long
// for it goes on below.
func (p *page) arrow(r *row) []string {
	const lead = 2 // cells of beam before the text, or of blank on the lines below
	toServer := r.host != trace.Server
	tip := p.toClient
	switch {
	case r.lost() && toServer:
		tip = p.cross + " lost "
	case r.lost():
		tip = " lost " + p.cross
	case r.broken() && toServer:
		tip = p.cross + p.toServer
	case r.broken():
		tip += p.cross
	case toServer:
		tip = p.toServer
	}
	lines := pack(escapeAll(r.pieces, p.ascii), p.wire-lead-1-width(tip))
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
