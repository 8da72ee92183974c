package ladder

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/learnnet/learnnet/internal/trace"
)

// A page is the paper that a ladder is drawn on. Each line is the time, the
// client's column, the wire between two rails, and the server's column.
type page struct {
	bytes.Buffer
	signs
	color bool
	// Widths of the columns in cells, without what is between them.
	client, wire, server int
}

// signs are what lines are drawn with.
type signs struct {
	ascii                     bool
	rail, beam                string
	toServer, toClient, cross string
	to                        string // stands between two addresses and between two states
	printed                   string // stands before what a program printed
}

var (
	unicodeSigns = signs{rail: "│", beam: "─", toServer: "▶", toClient: "◀", cross: "✗", to: "→", printed: "┃ "}
	asciiSigns   = signs{ascii: true, rail: "|", beam: "-", toServer: ">", toClient: "<", cross: "x", to: "->", printed: "> "}
)

const (
	timeWidth   = 7  // 99999.9
	minWidth    = 60 // narrower than this the columns hold nothing
	leastWire   = 28
	hostTitle   = len("client 10.0.0.1")   // fits on one line wherever that costs the wire nothing it needs
	hostAddress = len("> 127.0.0.1:32767") // so does what a program prints of its address on the loopback
)

// newPage shares the width out: the wire first gets what a segment needs, then
// the hosts get more for what their programs print.
func newPage(o Options) page {
	p := page{signs: unicodeSigns, color: o.Color}
	if o.ASCII {
		p.signs = asciiSigns
	}
	const between = 5 // a space on both sides of the client's column, two rails, a space before the server's
	room := max(o.Width, minWidth) - timeWidth - between
	p.wire = min(leastWire+(max(o.Width, minWidth)-minWidth)/2, 56)
	host := hostTitle
	if o.Relay {
		host = hostAddress
	}
	if room-2*host >= leastWire {
		p.wire = min(p.wire, room-2*host)
	}
	if o.Talkative {
		const old = 80 // columns
		p.wire = min(p.wire, leastWire+max(o.Width-old, 0)/4)
	}
	if o.NoWire {
		p.wire = len("wire")
	}
	p.client = (room - p.wire) / 2
	p.server = room - p.wire - p.client
	return p
}

// A style is the parameter of an ANSI SGR sequence (ECMA-48 §8.3.117).
type style string

const (
	plain  style = ""
	faint  style = "2"
	strong style = "1"
	fault  style = "31" // red
)

func styleOf(h trace.Host) style {
	if h == trace.Server {
		return "35" // magenta
	}
	return "36" // cyan
}

func (p *page) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// A cell is text in its place, and its look.
type cell struct {
	text string
	style
	mark string // before the text, in the host's colour
}

// line draws one line of the page.
func (p *page) line(at string, client, wire, server cell) {
	rail := p.paint(faint, p.rail)
	p.WriteString(p.paint(faint, at))
	p.WriteString(blank(timeWidth + 1 - width(at)))
	p.put(client, trace.Client, p.client+1)
	p.WriteString(rail)
	p.put(wire, "", p.wire)
	p.WriteString(rail)
	if server.mark+server.text != "" {
		p.WriteByte(' ')
		p.put(server, trace.Server, 0)
	}
	p.WriteByte('\n')
}

// put writes a cell and pads it to the given width.
func (p *page) put(c cell, h trace.Host, w int) {
	p.WriteString(p.paint(styleOf(h), c.mark))
	p.WriteString(p.paint(c.style, c.text))
	p.WriteString(blank(w - width(c.mark+c.text)))
}

// row draws r.
func (p *page) row(r row) {
	look := styleOf(r.host)
	switch r.what {
	case rowSent, rowRelayed:
		p.crossing(r)
		return
	case rowIntroduced:
		p.ends(r.ends)
		return
	case rowAct:
		p.act(r)
		return
	case rowPrinted:
		p.host(r, plain, p.printed)
		return
	case rowComplained:
		p.host(r, plain, "! ")
		return
	case rowChanged:
		look = faint
	case rowCalled:
		if r.fault {
			look = fault
		}
	}
	p.host(r, look, "")
}

// act writes a heading across all columns.
func (p *page) act(r row) {
	const between = 4 // a space and a rail on both sides of the wire
	room := p.client + p.wire + p.server + between
	for _, l := range wrap(escape(r.text(), p.ascii), room-6) {
		l = strings.Repeat(p.beam, 2) + " " + l + " "
		p.WriteString(blank(timeWidth+1) + p.paint(strong, l+strings.Repeat(p.beam, max(room-width(l), 0))) + "\n")
	}
}

// host writes what r says in its host's column, over as many lines as it
// needs, each with mark before it.
func (p *page) host(r row, look style, mark string) {
	room := p.client
	if r.host == trace.Server {
		room = p.server
	}
	stamp := clock(r.at)
	if r.text() == "" {
		mark = strings.TrimRight(mark, " ")
	}
	for _, l := range pack(escapeAll(r.pieces, p.ascii), room-width(mark)) {
		c := cell{text: l, style: look, mark: mark}
		if r.host == trace.Server {
			p.line(stamp, cell{}, cell{}, c)
		} else {
			p.line(stamp, c, cell{}, cell{})
		}
		stamp = ""
	}
}

// header names the columns.
func (p *page) header(middle string, names map[trace.Host]string) {
	title := func(h trace.Host, room int) []string {
		return wrap(escape(strings.TrimSpace(string(h)+" "+names[h]), p.ascii), room)
	}
	client, server := title(trace.Client, p.client), title(trace.Server, p.server)
	at, wire := blank(timeWidth-2)+"ms", blank((p.wire-len(middle))/2)+middle
	for i := range max(len(client), len(server)) {
		var c, s cell
		if i < len(client) {
			c = cell{text: client[i], style: strong + ";" + styleOf(trace.Client)}
		}
		if i < len(server) {
			s = cell{text: server[i], style: strong + ";" + styleOf(trace.Server)}
		}
		p.line(at, c, cell{text: wire, style: faint}, s)
		at, wire = "", ""
	}
}

// clock returns a time in milliseconds, in the width of its column: without
// the decimal after 100 s, in whole seconds or days where that is too long.
func clock(at time.Duration) string {
	at = max(at, 0)
	text := strconv.FormatFloat(float64(at)/float64(time.Millisecond), 'f', 1, 64)
	if len(text) > timeWidth {
		text = strconv.FormatInt(at.Milliseconds(), 10)
	}
	if len(text) > timeWidth {
		text = strconv.FormatInt(int64(at/time.Second), 10) + "s"
	}
	if len(text) > timeWidth {
		text = strconv.FormatInt(int64(at/(24*time.Hour)), 10) + "d"
	}
	return blank(timeWidth-len(text)) + text
}

// cells measures text as a terminal does that takes ambiguous characters, our
// lines and arrows among them, for narrow ones. The environment has no say:
// the same timeline always looks the same.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

func width(s string) int { return cells.StringWidth(s) }

func blank(n int) string { return strings.Repeat(" ", max(n, 0)) }

// goEscape is what escape makes of a control character, with what belongs to it
// if a terminal would read on: \x1b[31m.
var goEscape = regexp.MustCompile(`\\(x1b(\[[0-9;]*[A-Za-z])?|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)`)

// uncut returns n, or fewer bytes of s if an escape would be cut there.
func uncut(s string, n int) int {
	for _, at := range goEscape.FindAllStringIndex(s, -1) {
		if at[0] > 0 && at[0] < n && n < at[1] {
			return at[0]
		}
	}
	return n
}

// wrap breaks s into lines of at most room cells, at spaces where it can.
func wrap(s string, room int) []string {
	var lines []string
	for width(s) > room {
		head := cells.Truncate(s, room, "")
		if head == "" {
			_, size := utf8.DecodeRuneInString(s)
			head = s[:size]
		}
		head = s[:uncut(s, len(head))]
		if i := strings.LastIndexByte(head, ' '); s[len(head)] != ' ' && strings.TrimSpace(head[:max(i, 0)]) != "" {
			head = head[:i]
		}
		lines = append(lines, strings.TrimRight(head, " "))
		s = strings.TrimLeft(s[len(head):], " ")
	}
	if s != "" || lines == nil {
		lines = append(lines, s)
	}
	return lines
}

// pack joins pieces to lines of at most room cells and breaks only those that
// are longer than a line.
func pack(pieces []string, room int) []string {
	var lines []string
	for _, piece := range pieces {
		last := len(lines) - 1
		if last >= 0 && width(lines[last]+" "+piece) <= room {
			lines[last] += " " + piece
			continue
		}
		lines = append(lines, wrap(piece, room)...)
	}
	return lines
}

// escape makes text printable: a control character, which could repaint the
// terminal, and bytes that are not UTF-8 become Go escapes; with ascii, so
// does everything that is not ASCII.
func escape(text string, ascii bool) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		bad := r == utf8.RuneError && size == 1
		if !bad && strconv.IsPrint(r) && (r < utf8.RuneSelf || !ascii) {
			b.WriteString(text[:size])
		} else {
			quoted := strconv.QuoteToASCII(text[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[size:]
	}
	return b.String()
}

func escapeAll(texts []string, ascii bool) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = escape(s, ascii)
	}
	return out
}
