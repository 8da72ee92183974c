package ladder

import (
	_ "embed"
	"fmt"
	"io"
	"iter"

	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed svg.tmpl
var svgTemplate string

// WriteSVG writes events as a picture whose text stays text, for a page or a
// slide.
func WriteSVG(w io.Writer, events iter.Seq[trace.Event], o Options) error {
	rows, left := tellAll(events)
	p := newSVG(o)
	for i := range rows {
		p.row(&rows[i])
	}
	if left > 0 {
		p.begin(fmt.Sprintf("%d more rows are not shown", left))
		p.write(p.clientX, "", "faint", fmt.Sprintf("%d more rows are not shown", left))
	}
	p.Bottom = p.y + margin/2
	p.Height = p.Bottom + margin
	return writeTemplate(w, "svg", svgTemplate, p)
}

// Measures of the picture, in its units: pixels where nobody scales it.
const (
	margin     = 20
	cellWidth  = 8 // of a character; a little more than the font needs, since we can't ask it
	lineHeight = 18
	timeRoom   = 9 // cells
	hostRoom   = 31
	wireRoom   = 46
	svgTop     = 56 // where the rails begin
)

// An svg is a picture on its way to the template.
type svg struct {
	Hosts                 heading
	Relay                 bool // in the place of a wire
	Width, Height, Bottom int
	Left, Right           int       // the rails
	Names                 []svgText // of the columns
	Rows                  []svgRow
	y                     int // the bottom of the last line
	wire                  int // cells
	clientX, serverX      int // where the hosts' columns begin
}

type svgRow struct {
	Label string // what the row says, for who can't see it
	Texts []svgText
	Bars  []svgLine // beside what a program printed
	Arrow *svgArrow
}

type svgLine struct {
	X, From, To int
	Class       string
}

type svgText struct {
	X, Y          int
	Anchor, Class string // Anchor is empty for the start
	Text          string
}

type svgArrow struct {
	From, To, Y int
	Tip         string // the points of the triangle; empty for a lost frame
	Cross       string // the path of a cross where a lost frame ends
	Class       string
}

func newSVG(o Options) *svg {
	p := &svg{Hosts: headingOf(o), wire: wireRoom}
	if o.NoWire {
		p.wire = len(" wire ")
	}
	p.Relay = o.Relay
	p.clientX = margin + timeRoom*cellWidth
	p.Left = p.clientX + hostRoom*cellWidth
	p.Right = p.Left + p.wire*cellWidth
	p.serverX = p.Right + cellWidth
	p.Width = p.serverX + hostRoom*cellWidth + margin
	name := func(x int, anchor, class, text string) {
		y := svgTop
		for _, l := range wrap(text, hostRoom-1) {
			y += lineHeight
			p.Names = append(p.Names, svgText{x, y - 5, anchor, class, l})
		}
		p.y = max(p.y, y)
	}
	name(p.clientX-cellWidth, "end", "faint", "ms")
	name(p.clientX, "", "client", p.Hosts.Client)
	name((p.Left+p.Right)/2, "middle", "faint", o.middle())
	name(p.serverX, "", "server", p.Hosts.Server)
	p.y += 4
	return p
}

// Title is what stands over the picture, on one line.
func (p *svg) Title() string {
	return cells.Truncate(p.Hosts.Title, p.Width/12, "…")
}

func (p *svg) begin(label string) {
	p.Rows = append(p.Rows, svgRow{Label: label})
	p.y += lineHeight
}

// write adds text on the line that ends at y.
func (p *svg) write(x int, anchor, class, text string) {
	r := &p.Rows[len(p.Rows)-1]
	r.Texts = append(r.Texts, svgText{X: x, Y: p.y - 5, Anchor: anchor, Class: class, Text: text})
}

func (p *svg) row(r *row) {
	at := clock(r.at)
	switch r.what {
	case rowIntroduced:
		p.begin(fmt.Sprintf("%s between port %d of the client and port %d of the server", r.ends.protocol, r.ends.client.Port(), r.ends.server.Port()))
		p.write(p.Left+cellWidth, "", "faint", fmt.Sprintf("port %d", r.ends.client.Port()))
		p.write((p.Left+p.Right)/2, "middle", "faint", r.ends.protocol)
		p.write(p.Right-cellWidth, "end", "faint", fmt.Sprintf("port %d", r.ends.server.Port()))
	case rowAct:
		p.y += lineHeight / 2
		title := escape(r.text(), false)
		p.begin(title)
		p.write(p.clientX, "", "name", title)
	case rowSent, rowRelayed:
		p.begin(at + " ms, " + r.label())
		p.stamp(at)
		p.arrow(r)
	default:
		p.host(r, at)
	}
}

func (p *svg) stamp(at string) {
	p.write(p.clientX-cellWidth, "end", "faint", at)
}

// host writes a row that stands under its host.
func (p *svg) host(r *row, at string) {
	host := columnOf(r.host)
	column := p.clientX
	if host == trace.Server {
		column = p.serverX
	}
	verb, class := ": ", string(host)
	switch {
	case r.what == rowPrinted:
		verb, class = " prints: ", "ink"
	case r.what == rowComplained:
		verb, class = " writes to standard error: ", "ink"
	case r.what == rowChanged:
		class = "faint"
	case r.fault:
		class = "fault"
	}
	p.begin(at + " ms, " + string(host) + verb + escape(r.text(), false))
	p.stamp(at)
	room, indent, mark := hostRoom-1, 0, ""
	if r.what == rowComplained {
		mark = "! "
	}
	if r.what == rowPrinted || r.what == rowComplained {
		room, indent = room-2-len(mark), cellWidth
	}
	from := p.y - lineHeight
	for i, l := range pack(escapeAll(r.pieces, false), room) {
		if i > 0 {
			p.y += lineHeight
		}
		p.write(column+indent, "", class, mark+l)
	}
	if indent > 0 {
		last := &p.Rows[len(p.Rows)-1]
		last.Bars = append(last.Bars, svgLine{X: column + 1, From: from + 2, To: p.y - 1, Class: string(host)})
	}
}

// arrow draws what went from host to host as an arrow below what it says.
func (p *svg) arrow(r *row) {
	const tip, inset = 9, 12
	host := columnOf(r.host)
	from, to, x, anchor, sign := p.Left, p.Right, p.Left+inset, "", 1
	if host == trace.Server {
		from, to, x, anchor, sign = p.Right, p.Left, p.Right-inset, "end", -1
	}
	class := string(host)
	if r.fault {
		class = "fault"
	}
	for i, l := range pack(escapeAll(r.pieces, false), p.wire-3) {
		if i > 0 {
			p.y += lineHeight
		}
		p.write(x, anchor, class, l)
	}
	y := p.y + 2
	a := &svgArrow{From: from + sign, To: to - sign*tip, Y: y, Class: class}
	if r.lost() {
		a.To = from + sign*(p.Right-p.Left)*3/5
		y += 6 // so that what stands at the cross is below the label
		a.Y, a.Cross = y, fmt.Sprintf("M%d %dl10 10m0 -10l-10 10", a.To-5, y-5)
		p.y = y + 9
		p.write(a.To+sign*10, anchor, class, "lost")
	} else {
		a.Tip = fmt.Sprintf("%d,%d %d,%d %d,%d", to-sign, y, a.To, y-5, a.To, y+5)
	}
	p.Rows[len(p.Rows)-1].Arrow = a
	p.y = y + 6
}
