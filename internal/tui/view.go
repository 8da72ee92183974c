package tui

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// A size is a number of columns and lines.
type size struct{ w, h int }

// Below these widths the hosts' columns become one, and the detail goes below
// the ladder.
const (
	columnsFrom = 60
	besideFrom  = 110
	leastBeside = 80 // of the ladder, with the detail beside it
	leastDetail = 40
)

// view draws the whole screen: size.h lines at most, none wider than size.w.
func (m *model) view(s size) []string {
	var lines []string
	if m.help {
		lines = m.helpLines(s)
	} else {
		head := []string{m.titleLine(s.w)}
		foot := append(m.inputLines(s.w), m.footLines(s)...)
		lines = append(append(head, m.panes(size{s.w, s.h - len(head) - len(foot)})...), foot...)
	}
	if len(lines) > s.h {
		lines = lines[:max(s.h, 0)]
	}
	for i, l := range lines {
		lines[i] = m.look.cut(l, s.w)
	}
	return lines
}

// panes shares the room out: the ladder, the sockets and the detail one below
// the other or, where that is wide enough, the detail beside the others. Where
// there is no room for all, the one that has the focus is shown.
func (m *model) panes(s size) []string {
	if s.h <= 0 {
		return nil
	}
	table := m.socketLines(s.w, m.eventsAt())
	switch {
	case s.w >= besideFrom && s.h >= 10:
		left := min(max(s.w*5/8, leastBeside), s.w-leastDetail)
		table = m.socketLines(left, m.eventsAt())
		sockets := min(len(table)+1, max(s.h/3, 3))
		beside := append(m.ladderLines(size{left, s.h - sockets}), m.socketBlock(table, size{left, sockets})...)
		detail := m.detailLines(size{s.w - left - 3, s.h})
		for i := range beside {
			right := ""
			if i < len(detail) {
				right = detail[i]
			}
			beside[i] = m.look.fit(beside[i], left) + " " + m.look.paint(faint, m.look.rail) + " " + right
		}
		return beside
	case s.h >= 13:
		sockets := min(len(table)+1, max(s.h/4, 3))
		detail := max((s.h-sockets)*2/5, 5)
		out := m.ladderLines(size{s.w, s.h - sockets - detail})
		out = append(out, m.socketBlock(table, size{s.w, sockets})...)
		return append(out, m.detailLines(size{s.w, detail})...)
	case m.focus == detailPane:
		return m.detailLines(s)
	case m.focus == socketPane:
		return m.socketBlock(table, s)
	}
	return m.ladderLines(s)
}

// heading is the line above a pane; it tells whether the pane has the focus.
func (m *model) heading(text string, p pane, w int) string {
	mark, look := m.look.line+m.look.line+" ", faint
	if m.focus == p {
		mark, look = m.look.line+m.look.cursor+" ", strong
	}
	text = m.look.cut(mark+m.look.safe(text)+" ", w)
	return m.look.paint(look, text) + m.look.paint(faint, strings.Repeat(m.look.line, max(w-width(text), 0)))
}

// titleLine says what is shown, and how the run stands.
func (m *model) titleLine(w int) string {
	status, look := m.status()
	title := m.look.safe(m.Title)
	gap := w - width(title) - width(status)
	if gap < 2 {
		return m.look.paint(look, m.look.fit(status, w))
	}
	return m.look.paint(strong, title) + blank(gap) + m.look.paint(look, status)
}

func (m *model) status() (string, style) {
	switch {
	case m.Timeline == nil:
		return fmt.Sprintf("recording, row %d of %d", m.at()+1, m.rows()), plain
	case m.over:
		return "the run is over", strong
	case !m.paused:
		return "running", plain
	case len(m.held) == 0:
		return "paused: nothing wants to go on", waits
	}
	h := m.held[0].Event
	what := fmt.Sprintf("the %s's frame", h.Host)
	if h.Call != nil {
		what = caller(h.Host, h.Call.Program, m.story.children.Name(h.Host, h.Call)) + "'s " + h.Call.Name
		if m.held[0].Return {
			what += ", as it returns"
		}
	}
	if n := len(m.held) - 1; n > 0 {
		what += fmt.Sprintf(" (and %d more)", n)
	}
	return "HELD: " + m.look.safe(what), waits
}

// footLines are what the last key came to, and the keys that have a use now.
func (m *model) footLines(s size) []string {
	note := m.note
	switch {
	case m.leaving:
		note = "What you did to the wire is not kept yet: w keeps it, q quits without."
	case note == "" && m.focus >= clientInput:
		note = "Enter gives the line to the program, Ctrl-D ends its input, Esc leaves the keyboard."
	case note == "" && len(m.held) == 0 && m.paused && !m.browsing():
		note = "Nothing is about to happen: the programs wait, for input or for time to pass."
	}
	room := 2
	if s.h < 16 {
		room = 1
	}
	if note == "" {
		return m.keyLines(s.w, room)
	}
	lines := []string{m.look.paint(waits, m.look.cut(m.look.safe(note), s.w))}
	return append(lines, m.keyLines(s.w, room-1)...)
}

// keyLines are the keys that have a use now, in a number of lines. The last
// ones are left out if they have no room.
func (m *model) keyLines(w, room int) []string {
	lines := make([]string, room)
	at := 0
	for _, b := range bindings {
		if b.does == "" || !b.on(m) {
			continue
		}
		name, does := m.look.keyName(b.show), m.doesNow(b)
		if at < room && lines[at] != "" && width(lines[at])+3+width(name+" "+does) > w {
			at++
		}
		if at == room {
			break
		}
		if lines[at] != "" {
			lines[at] += "   "
		}
		lines[at] += m.look.paint(strong, name) + " " + does
	}
	return lines
}

// doesNow says what a key does: one step of a frame is its delivery, and of a
// recording nothing more than the next row.
func (m *model) doesNow(b binding) string {
	switch {
	case b.show == "space" && m.browsing():
		return "next"
	case b.show == "space" && m.heldFrame() != nil:
		return "deliver"
	case b.show == "r" && m.browsing():
		return "to the end"
	case b.show == "f" && m.Relay:
		return "next arrow"
	}
	return b.does
}

// keyName names a key in characters that can be shown.
func (l look) keyName(show string) string {
	if !l.ascii {
		return show
	}
	return strings.NewReplacer("↑", "Up", "↓", "Down", "←", "Left", "→", "Right").Replace(show)
}

// helpNotes stand below the keys in the help.
var helpNotes = []string{
	"[held] waits for you: a call before the kernel has done anything, or as it returns, or a frame on the wire. " +
		"[waits] goes on after that. A call with ... has not returned yet.",
	"b flips the first byte of the selected field; with none selected, of what the frame carries.",
	"What a program prints stands behind %s, or ! if on its standard error; a socket's state behind *.",
	"The hosts' clocks run on while you hold a frame: if that takes long, they send it again.",
}

// helpLines explain every key, in two columns where there is room.
func (m *model) helpLines(s size) []string {
	var keys []string
	for _, b := range bindings {
		keys = append(keys, fmt.Sprintf("  %s %s", m.look.fit(m.look.keyName(b.show), 9), b.tell))
	}
	if half := (len(keys) + 1) / 2; s.w >= 78 {
		for i := range len(keys) - half {
			keys[i] = m.look.fit(keys[i], s.w/2-1) + " " + keys[half+i]
		}
		keys = keys[:half]
	}
	lines := append(keys, "")
	for _, note := range helpNotes {
		note = strings.ReplaceAll(note, "%s", strings.TrimSpace(m.look.printed))
		lines = append(lines, wrapped(note, min(s.w, 80))...)
	}
	m.helpTop = max(min(m.helpTop, len(lines)-(s.h-1)), 0)
	title := "Keys (any key goes back)"
	if len(lines) > s.h-1 {
		title = "Keys (up and down for more, any other key goes back)"
	}
	return append([]string{m.look.paint(strong, title)}, lines[m.helpTop:]...)
}

// inputLines are the keyboards of the programs.
func (m *model) inputLines(w int) []string {
	if m.Type == nil || m.over {
		return nil
	}
	one := func(h trace.Host, p pane, w int) string {
		prompt := string(h) + " types: "
		line := m.look.safe(m.typed[h])
		if m.focus != p {
			return m.look.paint(faint, m.look.fit("  "+prompt+line, w))
		}
		room := max(w-2-width(prompt)-1, 1)
		for width(line) > room { // its end is where one types
			_, line, _ = cutFirst(line)
		}
		return m.look.paint(hostStyle(h), m.look.fit(m.look.cursor+" "+prompt+line+"_", w))
	}
	if w >= columnsFrom {
		return []string{one(trace.Client, clientInput, w/2) + one(trace.Server, serverInput, w-w/2)}
	}
	return []string{one(trace.Client, clientInput, w), one(trace.Server, serverInput, w)}
}

func cutFirst(s string) (first, rest string, ok bool) {
	for i := range s {
		if i > 0 {
			return s[:i], s[i:], true
		}
	}
	return s, "", s != ""
}

// socketBlock is the socket table with its heading.
func (m *model) socketBlock(table []string, s size) []string {
	if s.h <= 0 {
		return nil
	}
	title, hidden := "sockets", len(table)-(s.h-1)
	m.scroll = min(m.scroll, max(hidden, 0))
	from := m.scroll
	if hidden > 0 {
		title = fmt.Sprintf("sockets, %d to %d of %d", from+1, from+s.h-1, len(table))
	}
	lines := append([]string{m.heading(title, socketPane, s.w)}, table[from:min(from+s.h-1, len(table))]...)
	return m.look.pad(lines, s)
}

// pad adds empty lines at the end, or cuts them off.
func (l look) pad(lines []string, s size) []string {
	for len(lines) < s.h {
		lines = append(lines, "")
	}
	return lines[:max(s.h, 0)]
}

// socketLines are both tables as they stood after n events.
func (m *model) socketLines(w, n int) []string {
	if m.Relay {
		return []string{m.look.paint(faint, m.look.cut("not to be seen on the loopback", w))}
	}
	t := m.story.tablesAt(n)
	var rows [][5]string
	for _, h := range []trace.Host{trace.Client, trace.Server} {
		if len(t[h]) == 0 {
			rows = append(rows, [5]string{string(h), "none"})
		}
		for _, s := range t[h] {
			c := socketCells(s)
			rows = append(rows, [5]string{string(h), c[0], c[1], c[2], c[3]})
		}
	}
	if w < columnsFrom {
		return m.narrowSockets(rows, w)
	}
	var wide [5]int
	for _, r := range rows {
		for i, c := range r {
			wide[i] = max(wide[i], width(m.look.safe(c)))
		}
	}
	var out []string
	for _, r := range rows {
		line := m.look.paint(hostStyle(trace.Host(r[0])), m.look.fit(r[0], wide[0]))
		for i, c := range r[1:] {
			between := " "
			if i == 2 && c != "" {
				between = " " + m.look.to + " "
			} else if i == 2 {
				between = blank(2 + width(m.look.to))
			}
			line += between + m.look.fit(m.look.safe(c), wide[i+1])
		}
		out = append(out, m.look.cut(strings.TrimRight(line, " "), w))
	}
	return out
}

// narrowSockets gives the addresses of a socket lines of their own.
func (m *model) narrowSockets(rows [][5]string, w int) []string {
	var out []string
	add := func(before, text string) {
		if text != "" {
			out = append(out, m.look.cut(before+m.look.safe(text), w))
		}
	}
	for _, r := range rows {
		add(m.look.paint(hostStyle(trace.Host(r[0])), r[0])+" ", strings.TrimSpace(r[1]+"  "+r[4]))
		add("  ", r[2])
		add("  "+m.look.to+" ", r[3])
	}
	return out
}
