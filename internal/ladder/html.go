package ladder

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/learnnet/learnnet/internal/manual"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed html.tmpl
var htmlTemplate string

// mostRows bounds how much is drawn on one page: a program that floods the
// wire would make a file that nothing can open.
const mostRows = 5000

// WriteHTML writes events as a page for a browser that needs nothing besides:
// no script, no other file. Frames and calls open to show what is in them.
func WriteHTML(w io.Writer, events iter.Seq[trace.Event], o Options) error {
	return WriteStory(w, Story{Chapters: []Chapter{{Events: events}}}, o)
}

// A Story is told in chapters, on a page of its own. Its title is that of the
// Options it is written with.
type Story struct {
	Facts    []string // stand below the title
	Chapters []Chapter
}

// A Chapter is some text, and the ladder of what happened.
type Chapter struct {
	Title  string // empty for a page's only chapter
	Bad    bool   // the title tells of a failure
	Closed bool   // it is to be opened first: there is nothing to worry about in it
	Parts  []Part
	Events iter.Seq[trace.Event] // nil if nothing happened
}

// A Part is a heading and what stands below it.
type Part struct {
	Heading string
	Lines   []string
	Exact   bool // the lines are shown in their columns
}

// WriteStory writes a story as WriteHTML writes a run.
func WriteStory(w io.Writer, s Story, o Options) error {
	page := htmlPage{middle: o.middle(), heading: headingOf(o), NoWire: o.NoWire, Relay: o.Relay, Facts: escapeAll(s.Facts, false)}
	for _, c := range s.Chapters {
		page.Chapters = append(page.Chapters, page.chapter(c))
	}
	return writeTemplate(w, "html", htmlTemplate, &page)
}

// chapter makes the template's chapter of c, and notes what there is on the page.
func (p *htmlPage) chapter(c Chapter) htmlChapter {
	out := htmlChapter{heading: p.heading, Chapter: c, Middle: p.middle}
	out.Chapter.Title = escape(c.Title, false)
	out.Parts = slices.Clone(c.Parts)
	for i, part := range c.Parts {
		out.Parts[i].Heading, out.Parts[i].Lines = escape(part.Heading, false), escapeAll(part.Lines, false)
	}
	if c.Events == nil {
		return out
	}
	var rows []row
	rows, out.Left = tellAll(c.Events)
	for i := range rows {
		out.Rows = append(out.Rows, newHTMLRow(&rows[i]))
		p.Frames = p.Frames || rows[i].what == rowSent
		p.Calls = p.Calls || rows[i].what == rowCalled
	}
	return out
}

// writeTemplate draws data, which html/template escapes wherever it stands.
func writeTemplate(w io.Writer, name, text string, data any) error {
	buffered := bufio.NewWriter(w)
	t, err := template.New(name).Parse(text)
	if err == nil {
		err = t.Execute(buffered, data)
	}
	if err == nil {
		err = buffered.Flush()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// tellAll returns the rows of events, and how many there were beyond mostRows.
func tellAll(events iter.Seq[trace.Event]) (rows []row, left int) {
	t := newTeller(unicodeSigns.to)
	take := func() {
		for _, r := range t.take() {
			if len(rows) < mostRows {
				rows = append(rows, r)
			} else {
				left++
			}
		}
	}
	for e := range events {
		t.event(e)
		take()
	}
	t.interrupt()
	take()
	return rows, left
}

// A heading is what stands over a page.
type heading struct{ Title, Client, Server string }

func headingOf(o Options) heading {
	name := func(h trace.Host) string { return escape(strings.TrimSpace(string(h)+" "+o.Names[h]), false) }
	h := heading{Title: escape(o.Title, false), Client: name(trace.Client), Server: name(trace.Server)}
	if h.Title == "" {
		h.Title = "What happened between client and server"
	}
	return h
}

type htmlPage struct {
	heading
	middle        string
	NoWire, Relay bool
	Facts         []string
	Frames, Calls bool // whether there are any
	Chapters      []htmlChapter
}

type htmlChapter struct {
	heading // of the page: the names of the hosts
	Chapter
	Middle string // what is between the hosts
	Rows   []htmlRow
	Left   int // rows that are not shown
}

// An htmlRow is a row as the page's template wants it, everything in it
// printable.
type htmlRow struct {
	Kind     string // "told", "printed", "complained", "call", "state", "ports", "frame", "relay"
	Time     string
	Host     trace.Host
	Pieces   []string
	Fault    bool
	Lost     bool
	Label    string   // what an arrow says, for who can't see it
	Facts    []string // about an arrow
	Layers   []htmlLayer
	Notes    []htmlNote // of a call
	Protocol string     // of ports
	Ports    [2]uint16
}

type htmlLayer struct {
	Name   string
	Fields []htmlField
}

type htmlField struct {
	trace.Field
	Bytes string // in base 16
}

// An htmlNote explains Term, and where Page is set it is the manual's to read.
type htmlNote struct{ Term, Text, Page string }

var kindNames = [...]string{rowTold: "told", rowPrinted: "printed", rowComplained: "complained", rowCalled: "call",
	rowChanged: "state", rowIntroduced: "ports", rowSent: "frame", rowRelayed: "relay", rowAct: "act"}

func newHTMLRow(r *row) htmlRow {
	h := htmlRow{Kind: kindNames[r.what], Time: strings.TrimSpace(clock(r.at)), Host: columnOf(r.host),
		Pieces: escapeAll(r.pieces, false), Fault: r.fault}
	switch r.what {
	case rowIntroduced:
		h.Protocol, h.Ports = r.ends.protocol, [2]uint16{r.ends.client.Port(), r.ends.server.Port()}
	case rowCalled:
		h.Notes = callNotes(r.call)
	case rowSent:
		h.Label, h.Lost = r.label(), r.lost()
		h.Facts = append([]string{fmt.Sprintf("%d bytes", max(r.frame.Length, len(r.frame.Bytes)))}, comments(r.frame)...)
		h.Layers = htmlLayers(r)
	case rowRelayed:
		h.Label, h.Facts = r.label(), escapeAll(Relayed(h.Host, r.relay), false)
		if len(r.relay.Data) > 0 {
			h.Facts = append(h.Facts, escape(strconv.Quote(string(r.relay.Data)), false))
		}
	}
	return h
}

// columnOf returns whose column shows what happened on h.
func columnOf(h trace.Host) trace.Host {
	if h == trace.Server {
		return h
	}
	return trace.Client
}

// label says what the arrow of r shows.
func (r *row) label() string {
	from, thing := columnOf(r.host), "frame"
	if r.relay != nil {
		thing = "relay"
	}
	text := fmt.Sprintf("%s from %s to %s: %s", thing, from, from.Peer(), escape(r.text(), false))
	if r.lost() {
		text += ", lost on the wire"
	}
	return text
}

func callNotes(c *trace.Call) []htmlNote {
	var notes []htmlNote
	if text, page, ok := manual.Call(c.Name); ok {
		notes = append(notes, htmlNote{Term: escape(c.Name, false), Text: text, Page: page})
	}
	if c.Return != nil && c.Return.Errno != "" {
		if why := manual.Errno(c.Return.Errno); why != "" {
			notes = append(notes, htmlNote{Term: escape(c.Return.Errno, false), Text: why})
		}
	}
	if len(c.Data) > quoteLimit/8 {
		shown := c.Data[:min(len(c.Data), trace.CallData)]
		notes = append(notes, htmlNote{Term: "data", Text: escape(strconv.Quote(string(shown)), false)})
	}
	return notes
}

func htmlLayers(r *row) []htmlLayer {
	parts := trace.Layers(r.frame.Bytes)
	r.packet.Annotate(parts)
	var out []htmlLayer
	for _, l := range parts {
		shown := htmlLayer{Name: l.Name}
		for _, f := range l.Fields {
			f.Value, f.Note = escape(f.Value, false), escape(f.Note, false)
			shown.Fields = append(shown.Fields, htmlField{f, inHex(r.frame.Bytes[f.Offset : f.Offset+f.Length])})
		}
		out = append(out, shown)
	}
	return out
}

// inHex returns the beginning of b in base 16.
func inHex(b []byte) string {
	const limit = 16
	if len(b) > limit {
		return fmt.Sprintf("% x ...", b[:limit])
	}
	return fmt.Sprintf("% x", b)
}
