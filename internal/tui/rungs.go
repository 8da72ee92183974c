package tui

import (
	"strings"

	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
)

// Columns are where things stand on a line of the ladder, in cells: the mark
// of the selection, the time, the client, a rail, the wire, a rail, the server.
type columns struct {
	total, time          int
	client, wire, server int
}

const (
	gutter    = 2 // the mark and a space
	timeCells = 8 // the time and a space
	hostCells = len("client 10.0.0.1")
	leastWire = 36 // where the hosts' names have room
)

func (m *model) columns(w int) columns {
	c := columns{total: w, time: timeCells}
	const between = 4 // two rails, a space before the first and one behind the second
	room := w - gutter - c.time - between
	host := hostCells
	if m.Relay {
		host = len("client 127.0.0.1")
	}
	c.wire = min(max(room*9/20, min(room-2*host, leastWire)), 56)
	c.client = (room - c.wire) / 2
	c.server = room - c.wire - c.client
	return c
}

// ladderLines draws the rows around the selected one.
func (m *model) ladderLines(s size) []string {
	if s.h <= 0 {
		return nil
	}
	lines := []string{m.header(s.w)}
	room := max(s.h-1, 1)
	m.page = room
	at := m.at()
	m.scrollTo(max(at, 0), room)
	for i := m.top; i < m.rows() && len(lines) < s.h; i++ {
		lines = append(lines, m.rung(m.row(i), i == at, s.w)...)
	}
	if m.rows() == 0 {
		lines = append(lines, m.look.paint(faint, "  nothing has happened yet"))
	}
	return m.look.pad(lines, s)
}

// scrollTo moves the rows as little as shows the selected one, and leaves no
// room unused below the last.
func (m *model) scrollTo(at, room int) {
	high := func(i int) int {
		if m.row(i).ports != "" {
			return 2
		}
		return 1
	}
	m.top = max(min(m.top, at), 0)
	used := 0
	first := at // the first row that may be at the top with at still shown
	for i := at; i >= 0 && i < m.rows(); i-- {
		if used += high(i); used > room && i < at {
			break
		}
		first = i
	}
	m.top = max(m.top, first)
	used = 0
	for i := m.rows() - 1; i >= 0; i-- {
		if used += high(i); used > room {
			break
		}
		if i < m.top {
			m.top = i
		}
	}
}

func (m *model) header(w int) string {
	middle := "wire"
	if m.Relay {
		middle = "relay"
	}
	if w < columnsFrom {
		return m.heading("client, "+middle+", server", ladderPane, w)
	}
	c := m.columns(w)
	mark := "  "
	if m.focus == ladderPane {
		mark = m.look.cursor + " "
	}
	name := func(h trace.Host, w int) string {
		return m.look.paint(strong+";"+hostStyle(h), m.look.fit(m.look.safe(strings.TrimSpace(string(h)+" "+m.Names[h])), w))
	}
	rail := m.look.paint(faint, m.look.rail)
	return mark + m.look.paint(faint, m.look.fit("     ms", c.time)) + name(trace.Client, c.client) + " " + rail +
		m.look.paint(faint, m.look.fit(blank((c.wire-len(middle))/2)+middle, c.wire)) + rail + " " + name(trace.Server, c.server)
}

// rung draws a row in its line, below another one if the ports are news.
func (m *model) rung(r *row, selected bool, w int) []string {
	var line string
	switch {
	case w < columnsFrom:
		line = m.narrow(r, w-gutter)
	case r.crosses():
		line = m.crossing(r, m.columns(w))
	case r.kind == trace.KindAct:
		line = m.across(r, m.columns(w))
	default:
		line = m.beside(r, m.columns(w))
	}
	mark := blank(gutter)
	if selected {
		mark = m.look.cursor + " "
		line = m.look.paint(inverse, strings.ReplaceAll(line, "\x1b[m", "\x1b[m\x1b["+string(inverse)+"m"))
	}
	line = mark + line
	if r.ports == "" || w < columnsFrom {
		return []string{line}
	}
	c := m.columns(w)
	ports := strings.Split(r.ports, "\t")
	gap := max(c.wire-2-len(ports[0])-len(ports[2])-len(ports[1]), 2)
	text := m.look.fit(" "+ports[0]+blank(gap/2)+ports[1]+blank(gap-gap/2)+ports[2], c.wire)
	above := blank(gutter+c.time+c.client+1) + m.look.rail + text + m.look.rail
	return []string{m.look.paint(faint, above), line}
}

// crosses reports whether r is drawn as an arrow from host to host.
func (r *row) crosses() bool { return r.event.Frame != nil || r.event.Relay != nil }

// lost reports whether the wire lost r's frame.
func (r *row) lost() bool { return r.event.Frame != nil && r.event.Frame.Fate == trace.Dropped }

// heldMark stands behind what waits for leave to go on.
func (r *row) heldMark() string {
	switch r.held {
	case isHeld:
		return "[held]"
	case isInRow:
		return "[waits]"
	}
	return ""
}

// standing is what stands behind a row that has not come to its end: the held
// mark, or dots behind a call that has not returned.
func (r *row) standing() string {
	switch mark := r.heldMark(); {
	case mark != "":
		return " " + mark
	case r.open:
		return " ..."
	}
	return ""
}

// said returns what a row says with what stands before it, and its style.
func (m *model) said(r *row) (text string, look style) {
	text, look = m.look.safe(r.text), hostStyle(r.host)
	switch r.kind {
	case trace.KindOutput:
		look = plain
		if r.event.Output.Stream == trace.Stderr {
			return "! " + text, look
		}
		return m.look.printed + text, look
	case trace.KindSocket:
		return "* " + text, faint
	case trace.KindProcess, trace.KindAction:
		look = faint
	}
	if r.fault {
		look = wrong
	}
	return text, look
}

// brief shortens what a row says to w cells, but not the end that tells most.
func (m *model) brief(r *row, w int) string {
	tail := m.look.safe(r.tail)
	text, _ := m.said(r)
	if width(text) <= w {
		return text
	}
	return m.look.cut(m.look.cut(strings.TrimSuffix(text, tail), max(w-width(tail), 0))+tail, w)
}

// stamp returns the time of a row that begins an event.
func (m *model) stamp(r *row, w int) string {
	if r.goesOn || r.held != free && r.event.Frame != nil {
		return blank(w)
	}
	return m.look.paint(faint, m.look.fit(ladder.Clock(r.at), w))
}

// across draws the title of an act over all columns.
func (m *model) across(r *row, c columns) string {
	room := c.client + c.wire + c.server + 4
	text := strings.Repeat(m.look.beam, 2) + " " + m.look.cut(m.look.safe(r.text), room-6) + " "
	text += strings.Repeat(m.look.beam, max(room-width(text), 0))
	return blank(c.time) + m.look.paint(strong, text)
}

// beside draws what happened on a host in its column, and over the wire's if
// that is too narrow: nothing crosses the wire on the same line.
func (m *model) beside(r *row, c columns) string {
	_, look := m.said(r)
	mark := r.standing()
	most := c.client + 1 + c.wire
	if r.host == trace.Server {
		most = c.wire + 1 + c.server
	}
	text := m.brief(r, most-width(mark))
	n := width(text + mark)
	shown := m.look.paint(look, text) + m.look.paint(waits, mark)
	at := m.stamp(r, c.time)
	rail := m.look.paint(faint, m.look.rail)
	if r.host == trace.Server {
		if n <= c.server {
			return at + blank(c.client+1) + rail + blank(c.wire) + rail + " " + shown
		}
		return at + blank(c.client+1) + rail + blank(c.wire+2+c.server-n) + shown
	}
	if n <= c.client {
		return at + shown + blank(c.client+1-n) + rail + blank(c.wire) + rail
	}
	return at + shown + blank(c.client+2+c.wire-n) + rail
}

// crossing draws a frame, or what a relay saw, as an arrow. A frame that is held
// has not got across.
func (m *model) crossing(r *row, c columns) string {
	look := hostStyle(r.host)
	if r.fault {
		look = wrong
	}
	arrow := m.look.paint(look, m.arrow(r, c.wire))
	if r.held != free {
		arrow = m.look.paint(waits, m.arrow(r, c.wire))
	}
	rail := m.look.paint(faint, m.look.rail)
	return m.stamp(r, c.time) + blank(c.client+1) + rail + arrow + rail
}

// arrow returns an arrow just w cells wide.
func (m *model) arrow(r *row, w int) string {
	toServer := r.host != trace.Server
	lead := strings.Repeat(m.look.beam, 2)
	tip, short := m.look.toClient, 0 // short is how far it falls short of the other rail
	switch lost, broken := r.lost(), r.event.Relay != nil && r.event.Relay.Broken(); {
	case r.held != free:
		tip, short = r.heldMark(), 2
	case lost && toServer:
		tip = m.look.cross + " lost"
		short = 1
	case lost:
		tip = "lost " + m.look.cross
		short = 1
	case broken && toServer:
		tip = m.look.cross + m.look.toServer
	case broken:
		tip += m.look.cross
	case toServer:
		tip = m.look.toServer
	}
	text := m.brief(r, w-width(lead)-width(tip)-short-1)
	beam := strings.Repeat(m.look.beam, max(w-width(lead)-width(text)-width(tip)-short, 0))
	line := blank(short) + tip + beam + text + lead
	if toServer {
		line = lead + text + beam + tip + blank(short)
	}
	return m.look.fit(line, w)
}

// narrow draws a row where there is no room for columns.
func (m *model) narrow(r *row, w int) string {
	_, look := m.said(r)
	mark := r.standing()
	head := string(r.host) + " "
	if r.kind == trace.KindAct {
		head, look = strings.Repeat(m.look.beam, 2)+" ", strong
	}
	if r.crosses() {
		head = "  " + m.look.beam + m.look.beam + m.look.toServer + "  "
		if r.host == trace.Server {
			head = "  " + m.look.toClient + m.look.beam + m.look.beam + "  "
		}
		if r.lost() {
			mark += ", lost"
		}
	}
	return m.look.paint(hostStyle(r.host), head) + m.look.paint(look, m.brief(r, w-width(head+mark))) + m.look.paint(waits, mark)
}
