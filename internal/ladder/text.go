// Package ladder draws a timeline: as text while it happens, or as a pcapng
// file for other tools.
//
// The text has a column for each host and the wire between them. A frame is an
// arrow from the host that sent it to the one that is to get it; what a
// program does, prints or is given stands under its host:
//
//	 ms client 10.0.0.1 │                 wire                 │ server 10.0.0.2
//	1.9                 │──SYN seq=0 win=64240────────────────▶│
//	2.0                 │◀──────SYN ACK seq=0 ack=1 win=65160──│
//	2.6                 │                                      │ ┃ hello!
//
// Here ┃ (in ASCII >) marks what a program printed, and ! what it wrote to its
// standard error.
package ladder

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// Options say how a Text looks.
type Options struct {
	Width int  // columns of the terminal; fewer than 60 count as 60
	Color bool // with ANSI colours; nothing is told by colour alone
	ASCII bool // nothing but ASCII; other characters become Go escapes
	// NoWire leaves the wire's room to the hosts, where there is no wire to see.
	NoWire bool
	// Names are the hosts' addresses or whatever else is to stand beside
	// "client" and "server" at the top.
	Names map[trace.Host]string
}

// Text draws events as they come, each complete before Event returns. It is
// not safe for concurrent use.
type Text struct {
	w       io.Writer
	page    page
	names   map[trace.Host]string
	decoder trace.Decoder

	begun    bool // the header is drawn
	programs map[trace.Host][]string
	unended  line            // output whose newline has not come yet
	halves   map[source]bool // drawn though their newline had not come
	talking  source          // whose output was drawn last, if nothing came in between
	between  conversation    // the ports drawn last
}

// A source is one output stream of one program.
type source struct {
	host    trace.Host
	program string
	stream  trace.Stream
}

// A line is what a program has printed of one.
type line struct {
	source
	at   time.Duration
	open bool
	text []byte
	cut  int // bytes beyond lineLimit, not in text
}

// lineLimit is how many bytes are shown of one line that a program printed.
const lineLimit = 1024

// NewText returns a ladder that is drawn on w.
func NewText(w io.Writer, o Options) *Text {
	return &Text{w: w, page: newPage(o), names: o.Names, programs: make(map[trace.Host][]string), halves: make(map[source]bool)}
}

// Event draws e, which must come in the order of its timeline. Output without
// a newline waits until more of it or another event comes; if its newline comes
// only then, that draws nothing.
func (t *Text) Event(e trace.Event) error {
	if !t.begun {
		t.begun = true
		t.page.header(t.names)
	}
	if e.Kind == trace.KindOutput && e.Output != nil {
		t.output(e)
	} else {
		t.breakLine()
		t.talking = source{}
		t.draw(e)
	}
	return t.flush()
}

// Close draws what is still held back. It does not close the writer.
func (t *Text) Close() error {
	t.breakLine()
	return t.flush()
}

func (t *Text) flush() error {
	_, err := t.page.WriteTo(t.w)
	if err != nil {
		return fmt.Errorf("draw timeline: %w", err)
	}
	return nil
}

func (t *Text) draw(e trace.Event) {
	switch {
	case e.Kind == trace.KindFrame && e.Frame != nil:
		t.frame(e)
	case e.Kind == trace.KindProcess && e.Process != nil:
		t.process(e)
	case e.Kind == trace.KindInput && e.Input != nil:
		t.tell(e, t.speaker(e.Host, e.Input.Program)+given(e.Input))
	case e.Kind == trace.KindAction && e.Action != nil:
		text := e.Action.Actor + " " + e.Action.Text
		if len(e.Action.Data) > 0 {
			text += " " + quote(e.Action.Data)
		}
		t.tell(e, text)
	default:
		t.tell(e, "event "+strconv.Quote(string(e.Kind)))
	}
}

// tell writes text under e's host.
func (t *Text) tell(e trace.Event, text string) {
	t.page.host(e.At, e.Host, "", text)
}

// process draws the start or the end of a program. Its name is left out where
// it is the host's and the host has no other.
func (t *Text) process(e trace.Event) {
	name := e.Process.Program
	if !slices.Contains(t.programs[e.Host], name) {
		t.programs[e.Host] = append(t.programs[e.Host], name)
	}
	who := t.speaker(e.Host, name)
	if who == "" && name != "" && name != string(e.Host) {
		who = name + " "
	}
	switch exit := e.Process.Exit; {
	case exit == nil:
		t.tell(e, who+"starts")
	case exit.Signal != "":
		t.tell(e, who+"ends, "+exit.Signal)
	default:
		t.tell(e, who+"ends, status "+strconv.Itoa(exit.Status))
	}
}

// speaker returns the program's name and a space if its host has had more
// than one program.
func (t *Text) speaker(h trace.Host, program string) string {
	if len(t.programs[h]) < 2 {
		return ""
	}
	return program + " "
}

func given(in *trace.Input) string {
	switch {
	case in.EOF && len(in.Data) > 0:
		return "gets " + quote(in.Data) + ", then end of input"
	case in.EOF:
		return "gets end of input"
	}
	return "gets " + quote(in.Data)
}

// quote returns data as a Go string literal, with three dots behind it if that
// is only its beginning.
func quote(data []byte) string {
	const limit = 256
	if len(data) > limit {
		return strconv.Quote(string(data[:limit])) + "..."
	}
	return strconv.Quote(string(data))
}

// output draws the lines that e completes.
func (t *Text) output(e trace.Event) {
	src := source{e.Host, e.Output.Program, e.Output.Stream}
	if t.unended.source != src {
		t.breakLine()
	}
	rest := e.Output.Data
	if t.halves[src] && len(rest) > 0 {
		delete(t.halves, src)
		if rest = bytes.TrimPrefix(rest, []byte("\n")); len(rest) == 0 {
			return
		}
	}
	for {
		piece, after, newline := bytes.Cut(rest, []byte("\n"))
		t.unended.add(src, e.At, piece)
		if !newline {
			return
		}
		t.endLine()
		if rest = after; len(rest) == 0 {
			return
		}
	}
}

// breakLine draws what there is of a line though its newline has not come.
func (t *Text) breakLine() {
	if t.unended.open {
		t.halves[t.unended.source] = true
		t.endLine()
	}
}

func (l *line) add(src source, at time.Duration, piece []byte) {
	if !l.open {
		*l = line{source: src, at: at, open: true, text: l.text[:0]}
	}
	room := min(lineLimit-len(l.text), len(piece))
	l.text = append(l.text, piece[:room]...)
	l.cut += len(piece) - room
}

func (t *Text) endLine() {
	l := &t.unended
	l.open = false
	if who := t.speaker(l.host, l.program); who != "" && t.talking != l.source {
		t.page.host(l.at, l.host, "", who[:len(who)-1]+":")
	}
	t.talking = l.source
	text := string(l.text)
	if l.cut > 0 {
		text += fmt.Sprintf(" ... %d more bytes", l.cut)
	}
	mark := t.page.printed
	if l.stream == trace.Stderr {
		mark = "! "
	}
	t.page.host(l.at, l.host, mark, text)
}
