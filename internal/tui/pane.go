package tui

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// Room for a frame's bytes beside its fields.
const (
	hexCells  = 4 + 3*8 + 2 // the offset, and eight bytes between spaces
	besideHex = 64          // the pane's width from which the bytes stand beside
)

// detailLines draws what there is to say of the selected row.
func (m *model) detailLines(s size) []string {
	if s.h <= 0 {
		return nil
	}
	at := m.at()
	if at < 0 {
		return m.look.pad([]string{m.heading("nothing is selected", detailPane, s.w)}, s)
	}
	d := detailOf(m.row(at))
	lines := []string{m.heading(d.title, detailPane, s.w)}
	room := s.h - 1
	if len(d.layers) == 0 {
		for _, p := range d.said {
			lines = append(lines, wrapped(m.look.safe(p), s.w)...)
		}
		if free := s.h - len(lines); len(d.bytes) > 0 && free > 0 {
			lines = append(lines, m.hex(d.bytes, trace.Field{}, s.w, free)...)
		}
		return m.look.pad(lines, s)
	}
	for _, p := range d.said {
		if room > 4 {
			lines = append(lines, m.look.paint(wrong, m.look.cut(m.look.safe(p), s.w)))
			room--
		}
	}
	var chosen trace.Field
	if first := m.firstField(); first < len(m.fields()) { // its bytes are shown, but not marked
		chosen.Offset = m.fields()[first].Offset
	}
	if fields := m.fields(); m.field >= 0 && m.field < len(fields) {
		chosen = fields[m.field]
	}
	if s.w >= besideHex {
		left := s.w - hexCells - 1
		fields, hex := m.fieldLines(d.layers, left, room), m.hex(d.bytes, chosen, hexCells, room)
		for i := range max(len(fields), len(hex)) {
			lines = append(lines, m.look.fit(line(fields, i), left)+" "+line(hex, i))
		}
		return m.look.pad(lines, s)
	}
	bytes := min(max(room/3, 1), (len(d.bytes)+7)/8)
	lines = append(lines, m.fieldLines(d.layers, s.w, room-bytes)...)
	return m.look.pad(append(lines, m.hex(d.bytes, chosen, s.w, bytes)...), s)
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// fieldLines lists the layers with their fields, as many as there is room for
// around the selected one.
func (m *model) fieldLines(parts []trace.Layer, w, room int) []string {
	var lines []string
	chosen, n := 0, 0
	first := m.firstField()
	for _, l := range parts {
		lines = append(lines, m.look.paint(strong, m.look.cut(l.Name, w)))
		for _, f := range l.Fields {
			text := "  " + f.Name + ": " + f.Value
			if f.Note != "" {
				text += " (" + f.Note + ")"
			}
			text = m.look.safe(text)
			switch {
			case n == m.field: // in full
				chosen = len(lines)
				for i, l := range wrapped(text[2:], w-2) {
					mark := m.look.cursor + " "
					if i > 0 {
						mark = blank(width(mark))
					}
					lines = append(lines, m.look.paint(inverse, m.look.fit(mark+l, w)))
				}
			case m.field < 0 && n == first:
				chosen = max(len(lines)-1+room/2, 0)
				fallthrough
			default:
				lines = append(lines, m.look.cut(text, w))
			}
			n++
		}
	}
	from := max(min(chosen-room/2, len(lines)-room), 0)
	return lines[from:min(from+max(room, 0), len(lines))]
}

// hex shows bytes with those of a field between brackets, as many lines as
// there is room for around them. A line has eight bytes, or sixteen where that
// fits.
func (m *model) hex(data []byte, f trace.Field, w, room int) []string {
	per := 8
	if w >= 4+3*16+2+16 {
		per = 16
	}
	count := (len(data) + per - 1) / per
	from := max(min(f.Offset/per-room/2, count-room), 0)
	var lines []string
	for row := from; row < min(from+room, count); row++ {
		var b strings.Builder
		var text string
		fmt.Fprintf(&b, "%04x", row*per)
		for i := row * per; i <= (row+1)*per; i++ {
			inside := func(i int) bool { return i >= f.Offset && i < f.Offset+f.Length && i < len(data) }
			last := i == (row+1)*per || i == len(data)
			switch {
			case inside(i) && !last && (i == row*per || !inside(i-1)):
				b.WriteByte('[')
			case i > row*per && inside(i-1) && (last || !inside(i)):
				b.WriteByte(']')
			default:
				b.WriteByte(' ')
			}
			if last {
				break
			}
			fmt.Fprintf(&b, "%02x", data[i])
			text += printable(data[i])
		}
		l := b.String()
		if 4+3*per+2+per <= w {
			l += blank(4+3*per+2-len(l)) + text
		}
		lines = append(lines, m.look.cut(l, w))
	}
	return lines
}

func printable(b byte) string {
	if b < ' ' || b > '~' {
		return "."
	}
	return string(rune(b))
}
