// Package ladder draws a timeline: as text while it happens, as a page for a
// browser, as a picture, or as a pcapng file for other tools.
//
// The text has a column for each host and the wire between them. A frame is an
// arrow from the host that sent it to the one that is to get it; what a
// program does, prints or is given, the socket calls it makes and what becomes
// of its sockets stand under its host. Where there is no wire, what a relay saw
// stands in its place: an arrow from the side that acted.
//
//	 ms client 10.0.0.1 │                 wire                 │ server 10.0.0.2
//	1.8                 │                                      │ calls accept(3)
//	1.9                 │──SYN seq=0 win=64240────────────────▶│
//	2.0                 │◀──────SYN ACK seq=0 ack=1 win=65160──│
//	2.6                 │                                      │ ┃ hello!
//
// Here ┃ (in ASCII >) marks what a program printed, and ! what it wrote to its
// standard error.
//
// A call that nothing happens during is one line, as C has it, with its result
// behind: "listen(3, 128) = 0". Otherwise "calls accept(3)" tells of its entry,
// and "accept = 4, 10.0.0.1:40000" of its return and what the kernel told. "child 1"
// stands before a call that another process of a program makes than the one
// that was started: the first that did.
package ladder

import (
	"fmt"
	"io"
	"slices"

	"github.com/learnnet/learnnet/internal/trace"
)

// Options say how a ladder looks.
type Options struct {
	Width int  // columns of the terminal; fewer than 60 count as 60
	Color bool // with ANSI colours; nothing is told by colour alone
	ASCII bool // nothing but ASCII; other characters become Go escapes
	// NoWire leaves the wire's room to the hosts, where there is no wire to see.
	NoWire bool
	// Relay says that there is no wire either, but that its room shows what
	// learnnet's relay saw.
	Relay bool
	// Talkative gives the hosts more of the width and the wire less: there are
	// socket calls to be told.
	Talkative bool
	// Names are the hosts' addresses or whatever else is to stand beside
	// "client" and "server" at the top.
	Names map[trace.Host]string
	// Title stands over what is drawn by WriteHTML and WriteSVG, which care
	// for neither Width nor Color nor ASCII.
	Title string
}

// middle names what is between the hosts.
func (o Options) middle() string {
	if o.Relay {
		return "relay"
	}
	return "wire"
}

// Text draws events as they come. It is not safe for concurrent use.
type Text struct {
	w      io.Writer
	page   page
	middle string // stands over what is between the hosts
	names  map[trace.Host]string
	teller teller
	begun  bool // the header is drawn
}

// NewText returns a ladder that is drawn on w.
func NewText(w io.Writer, o Options) *Text {
	p := newPage(o)
	return &Text{w: w, page: p, middle: o.middle(), names: o.Names, teller: newTeller(p.to)}
}

// Event draws e, which must come in the order of its timeline, before it
// returns; but two things wait until another event comes that is drawn.
// Output without a newline waits for more of it; if its newline comes only
// then, that draws nothing. The entry of a call waits for its return. That
// only the queues of a socket changed is not drawn.
func (t *Text) Event(e trace.Event) error {
	if !t.begun {
		t.begun = true
		t.page.header(t.middle, t.names)
	}
	t.teller.event(e)
	return t.flush()
}

// Close draws what is still held back. It does not close the writer.
func (t *Text) Close() error {
	t.teller.interrupt()
	return t.flush()
}

func (t *Text) flush() error {
	for _, r := range t.teller.take() {
		t.page.row(r)
	}
	_, err := t.page.WriteTo(t.w)
	if err != nil {
		return fmt.Errorf("draw timeline: %w", err)
	}
	return nil
}

// WriteExcerpt draws a run that is over, most rows of it at the most: how it
// began in a fifth of them, and how it ended in the rest. Of what a host prints
// without a pause it draws how that began and how it ended.
func WriteExcerpt(w io.Writer, events []trace.Event, o Options, most int) error {
	t := NewText(w, o)
	for _, e := range events {
		t.teller.event(e)
	}
	t.teller.interrupt()
	rows := t.teller.take()
	t.page.header(t.middle, o.Names)
	drawn := worthDrawing(rows)
	if cut := len(drawn) - most; cut > 0 {
		drawn = slices.Delete(drawn, most/5, most/5+cut)
	}
	next := 0
	for _, i := range drawn {
		if i > next {
			fmt.Fprintf(&t.page, "%*s [%d rows left out]\n", timeWidth, "", i-next)
		}
		t.page.row(rows[i])
		next = i + 1
	}
	return t.flush()
}

// worthDrawing returns the indices of the rows that an excerpt draws: all, but a
// few from both ends of a long output.
func worthDrawing(rows []row) []int {
	const few = 3
	var out []int
	for i := 0; i < len(rows); {
		end := i + 1
		for end < len(rows) && rows[end].printsOn(rows[i]) {
			end++
		}
		for k := i; k < end; k++ {
			if k < i+few || k >= end-few {
				out = append(out, k)
			}
		}
		i = end
	}
	return out
}

// printsOn reports whether r is more of the output that o is part of.
func (r *row) printsOn(o row) bool {
	return (r.what == rowPrinted || r.what == rowComplained) && r.what == o.what && r.host == o.host
}
