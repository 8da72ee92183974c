package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/manual"
	"github.com/learnnet/learnnet/internal/trace"
)

// A row is one thing that the ladder shows, and that can be selected.
type row struct {
	kind  trace.Kind
	host  trace.Host // for a frame, the one that sent it; for a relay, the side that acted
	at    time.Duration
	first int // the event it begins with; for a frame that is held, the one that it will be at the earliest
	// event is what the row tells: of a call that has returned before anything
	// else happened, the return.
	event  trace.Event
	packet trace.Packet // of a frame
	text   string       // in one line, nothing escaped yet
	tail   string       // the end of text that is shown where not all has room: marks, or a result
	goesOn bool         // it tells more of the event that the row before begins
	ports  string       // stands above an arrow whose ports are not those of the arrow before
	fault  bool         // the wire did something to the frame, the call failed, or the connection did
	held   heldness
	child  string // which child of its program made a call; empty for the program itself
	open   bool   // a call that has not returned
	fate   string // of a frame that is held: what becomes of it unless somebody decides otherwise
}

// heldness says whether a row's call or frame waits for leave to go on.
type heldness int

const (
	free    heldness = iota
	isHeld           // it is the first that goes on
	isInRow          // others go on before it
)

// A callID is the same for both ends of a call, and for them alone.
type callID struct {
	host    trace.Host
	program string
	number  int
}

func idOf(e trace.Event) callID { return callID{e.Host, e.Call.Program, e.Call.Number} }

// A story is what happened so far, told in rows.
type story struct {
	events   []trace.Event
	rows     []row
	decoder  trace.Decoder
	programs map[trace.Host][]string
	children trace.Children
	inside   map[callID]int // rows of the calls that have not returned
	ports    string         // of the last frame that has any
	now      tables         // after the last event
	to       string         // stands between two states

	then   tables // after the first `seen` events; see tablesAt
	seen   int
	halves map[string]bool // output streams whose last line has no newline yet
}

func newStory(to string) *story {
	return &story{to: to, programs: make(map[trace.Host][]string), inside: make(map[callID]int),
		now: make(tables), then: make(tables), halves: make(map[string]bool)}
}

// add tells of one more event.
func (s *story) add(e trace.Event) {
	s.events = append(s.events, e)
	s.children.Add(e)
	switch {
	case e.Kind == trace.KindFrame && e.Frame != nil:
		s.rows = append(s.rows, s.frame(e))
	case e.Kind == trace.KindCall && e.Call != nil:
		s.call(e)
	case e.Kind == trace.KindSocket && e.Socket != nil:
		known := s.now.apply(e.Host, *e.Socket)
		if !known || e.Socket.Gone || e.Socket.Was != e.Socket.State {
			s.tell(e, change(*e.Socket, s.to))
		}
	case e.Kind == trace.KindRelay && e.Relay != nil:
		s.relay(e)
	case e.Kind == trace.KindProcess && e.Process != nil:
		s.process(e)
	case e.Kind == trace.KindOutput && e.Output != nil:
		s.output(e)
	case e.Kind == trace.KindInput && e.Input != nil:
		s.tell(e, s.speaker(e.Host, e.Input.Program)+ladder.Given(e.Input))
	case e.Kind == trace.KindAction && e.Action != nil:
		s.tell(e, e.Action.Actor+" "+e.Action.Text)
	case e.Kind == trace.KindAct && e.Act != nil:
		s.tell(e, e.Act.String())
	default:
		s.tell(e, "event "+strconv.Quote(string(e.Kind)))
	}
}

func (s *story) tell(e trace.Event, text string) {
	child := ""
	if e.Call != nil {
		child = s.children.Name(e.Host, e.Call)
	}
	s.rows = append(s.rows, row{child: child, kind: e.Kind, host: e.Host, at: e.At, first: len(s.events) - 1, event: e, text: text})
}

// frame makes a frame's row.
func (s *story) frame(e trace.Event) row {
	p, _ := s.decoder.Decode(e)
	tail := ""
	if notes := ladder.Notes(e.Frame, p); notes != "" {
		tail = " (" + notes + ")"
	}
	return row{kind: e.Kind, host: e.Host, at: e.At, first: len(s.events) - 1, event: e, packet: p, text: p.Summary() + tail, tail: tail,
		ports: s.introduce(e, p), fault: e.Frame.Fate != trace.Delivered || e.Frame.Held > 0}
}

// waiting makes the row of a frame that is held, and so no event yet. The
// decoder must not take it for sent: what becomes of it is open.
func (s *story) waiting(e trace.Event) row {
	f := *e.Frame
	f.Fate = trace.Duplicated
	e.Frame = &f
	p, _ := s.decoder.Decode(e)
	f.Fate = trace.Delivered
	tail := ""
	if p.Retransmission {
		tail = " (again)"
	}
	return row{kind: e.Kind, host: e.Host, first: len(s.events), event: e, packet: p, text: p.Summary() + tail, tail: tail}
}

// introduce returns what to write above a frame about its ports.
func (s *story) introduce(e trace.Event, p trace.Packet) string {
	if p.Source.Port() == 0 && p.Destination.Port() == 0 || e.Frame.Fate == trace.Corrupted {
		return "" // the ports could be the damage
	}
	client, server := p.Source.Port(), p.Destination.Port()
	if e.Host == trace.Server {
		client, server = server, client
	}
	return s.introducePorts(client, p.Protocol, server)
}

func (s *story) introducePorts(client uint16, protocol string, server uint16) string {
	now := fmt.Sprintf("port %d\t%s\tport %d", client, protocol, server)
	if now == s.ports {
		return ""
	}
	s.ports = now
	return now
}

// relay tells what a relay saw.
func (s *story) relay(e trace.Event) {
	s.tell(e, e.Relay.Summary())
	r := &s.rows[len(s.rows)-1]
	r.fault = e.Relay.Broken()
	if client, server := e.Relay.Client.Port(), e.Relay.Server.Port(); client > 0 && server > 0 {
		r.ports = s.introducePorts(client, strings.ToUpper(e.Relay.Network), server)
	}
}

// call tells of one end of a call. A return is told in its entry's row if that
// is the last one.
func (s *story) call(e trace.Event) {
	c := e.Call
	who := s.caller(e)
	if c.Return == nil {
		s.inside[idOf(e)] = len(s.rows)
		s.tell(e, who+c.String())
		s.rows[len(s.rows)-1].open = true
		return
	}
	entry, known := s.inside[idOf(e)]
	delete(s.inside, idOf(e))
	if known {
		s.rows[entry].open = false
	}
	end := ""
	if c.Return.Waited >= time.Millisecond && manual.Waits(c.Name) {
		end = ", waited " + ladder.Milliseconds(c.Return.Waited)
	}
	if known && entry == len(s.rows)-1 {
		r := &s.rows[entry]
		entry := *c
		entry.Return = nil
		r.event, r.text, r.fault = e, who+c.String()+end, c.Return.Errno != ""
		r.tail = strings.TrimPrefix(r.text, who+entry.String())
		return
	}
	text, fd := who+c.Name, c.FD
	if known {
		fd = s.rows[entry].event.Call.FD // accept's own is the new socket's
	}
	if fd >= 0 {
		text += "(" + strconv.Itoa(fd) + ")"
	}
	text += " = " + strings.TrimSpace(strconv.FormatInt(c.Return.Value, 10)+" "+c.Return.Errno)
	if known && c.Return.Errno == "" { // else the kernel told nothing but why
		if got := ladder.Learned(s.rows[entry].event.Call.Args, c.Args); len(got) > 0 {
			text += ", " + strings.Join(got, ", ")
		}
	}
	s.tell(e, text+end)
	s.rows[len(s.rows)-1].fault = c.Return.Errno != ""
}

func (s *story) process(e trace.Event) {
	name := e.Process.Program
	if !slices.Contains(s.programs[e.Host], name) {
		s.programs[e.Host] = append(s.programs[e.Host], name)
	}
	s.tell(e, s.speaker(e.Host, name)+ladder.Turn(e.Process))
}

// speaker returns the program's name if its host has had more than one.
func (s *story) speaker(h trace.Host, program string) string {
	if len(s.programs[h]) < 2 {
		return ""
	}
	return program + ": "
}

// caller is speaker for who makes a call: it may be a child of the program's.
func (s *story) caller(e trace.Event) string {
	who, child := s.speaker(e.Host, e.Call.Program), s.children.Name(e.Host, e.Call)
	if child == "" {
		return who
	}
	return strings.TrimSpace(strings.TrimSuffix(who, ": ")+" "+child) + ": "
}

// output tells each line of what a program printed in a row of its own; those
// that came together have one time, before the first. A
// newline that comes by itself ends a line that has been told.
func (s *story) output(e trace.Event) {
	src := string(e.Host) + e.Output.Program + string(e.Output.Stream)
	text := string(e.Output.Data)
	if s.halves[src] {
		text = strings.TrimPrefix(text, "\n")
	}
	s.halves[src] = !strings.HasSuffix(string(e.Output.Data), "\n")
	goesOn := false
	for line := range strings.Lines(text) {
		s.tell(e, s.speaker(e.Host, e.Output.Program)+strings.TrimRight(line, "\r\n"))
		s.rows[len(s.rows)-1].goesOn = goesOn
		goesOn = true
	}
}

// tablesAt returns the socket tables as they stood after the first n events.
func (s *story) tablesAt(n int) tables {
	if n >= len(s.events) {
		return s.now
	}
	if n < s.seen {
		s.then, s.seen = make(tables), 0
	}
	for ; s.seen < n; s.seen++ {
		if e := s.events[s.seen]; e.Socket != nil {
			s.then.apply(e.Host, *e.Socket)
		}
	}
	return s.then
}
