package ladder

import (
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// what says what a row is.
type what int

const (
	rowTold       what = iota // a program, the checker or the demo did something
	rowPrinted                // a line of a program's standard output
	rowComplained             // a line of its standard error
	rowCalled                 // a socket call, its entry or its return
	rowChanged                // a socket came, went or changed its state
	rowIntroduced             // the ports at both ends of the arrows that follow
	rowSent                   // a frame
	rowRelayed                // what a side did, as a relay saw it
	rowAct                    // a part of the demo begins, on no host
)

// A row is one thing that a ladder shows, whatever it is drawn on.
type row struct {
	what
	at   time.Duration
	host trace.Host // for a frame or a relay, the one that sent or did it
	// pieces are what it says, each in one piece where there is room for it.
	// Nothing in them is escaped yet.
	pieces []string
	fault  bool // the wire did something to the frame, the call failed, or the connection did

	ends   conversation // rowIntroduced
	frame  *trace.Frame // rowSent
	packet trace.Packet // rowSent
	call   *trace.Call  // rowCalled; the return where it is known
	relay  *trace.Relay // rowRelayed
}

// lost reports whether the wire lost r's frame.
func (r *row) lost() bool { return r.frame != nil && r.frame.Fate == trace.Dropped }

// broken reports whether r says that a connection broke, or did not come about.
func (r *row) broken() bool { return r.relay != nil && r.relay.Broken() }

// text returns what r says in one line.
func (r *row) text() string { return strings.Join(r.pieces, " ") }

// A conversation is what the ports at both ends of the wire tell apart.
type conversation struct {
	protocol       string // "TCP", "UDP6"
	client, server netip.AddrPort
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

// A teller makes rows of events.
type teller struct {
	to      string // stands between two addresses and between two states
	rows    []row  // told so far, and not yet drawn
	decoder trace.Decoder

	programs map[trace.Host][]string
	children trace.Children
	unended  line            // output whose newline has not come yet
	halves   map[source]bool // told though their newline had not come
	talking  source          // whose output was told last, if nothing came in between
	between  conversation    // introduced last
	held     *trace.Event    // a call's entry that nothing has followed yet
	entered  map[callID]*trace.Call
	sockets  map[socketID]bool // that were told of and are still there
}

func newTeller(to string) teller {
	return teller{to: to, programs: make(map[trace.Host][]string), halves: make(map[source]bool),
		entered: make(map[callID]*trace.Call), sockets: make(map[socketID]bool)}
}

// take returns the rows that have not been taken yet.
func (t *teller) take() []row {
	rows := t.rows
	t.rows = t.rows[:0]
	return rows
}

// event adds the rows that e makes, and those that it ends the wait for.
func (t *teller) event(e trace.Event) {
	t.children.Add(e)
	switch {
	case e.Kind == trace.KindOutput && e.Output != nil:
		t.enter()
		t.output(e)
	case e.Kind == trace.KindCall && e.Call != nil:
		t.call(e)
	case e.Kind == trace.KindSocket && e.Socket != nil:
		t.socket(e)
	default:
		t.interrupt()
		t.other(e)
	}
}

// interrupt tells what waited for more of it, since something else comes now.
func (t *teller) interrupt() {
	t.enter()
	t.breakLine()
	t.talking = source{}
}

func (t *teller) other(e trace.Event) {
	switch {
	case e.Kind == trace.KindFrame && e.Frame != nil:
		t.frame(e)
	case e.Kind == trace.KindRelay && e.Relay != nil:
		t.relay(e)
	case e.Kind == trace.KindProcess && e.Process != nil:
		t.process(e)
	case e.Kind == trace.KindInput && e.Input != nil:
		t.tell(e, t.speaker(e.Host, e.Input.Program)+Given(e.Input))
	case e.Kind == trace.KindAction && e.Action != nil:
		text := e.Action.Actor + " " + e.Action.Text
		if len(e.Action.Data) > 0 {
			text += " " + quote(e.Action.Data)
		}
		t.tell(e, text)
	case e.Kind == trace.KindAct && e.Act != nil:
		t.between = conversation{} // who reads on from here wants the ports again
		t.add(row{what: rowAct, at: e.At, pieces: []string{e.Act.String()}})
	default:
		t.tell(e, "event "+strconv.Quote(string(e.Kind)))
	}
}

// tell adds a row of text under e's host.
func (t *teller) tell(e trace.Event, text string) {
	t.add(row{what: rowTold, at: e.At, host: e.Host, pieces: []string{text}})
}

func (t *teller) add(r row) { t.rows = append(t.rows, r) }

// process tells of the start or the end of a program. Its name is left out
// where it is the host's and the host has no other.
func (t *teller) process(e trace.Event) {
	name := e.Process.Program
	if !slices.Contains(t.programs[e.Host], name) {
		t.programs[e.Host] = append(t.programs[e.Host], name)
	}
	if e.Process.Exit != nil {
		t.left(e.Host, name)
	}
	who := t.speaker(e.Host, name)
	if who == "" && name != "" && name != string(e.Host) {
		who = name + " "
	}
	t.tell(e, who+Turn(e.Process))
}

// speaker returns the program's name and a space if its host has had more
// than one program.
func (t *teller) speaker(h trace.Host, program string) string {
	if len(t.programs[h]) < 2 {
		return ""
	}
	return program + " "
}

// caller is speaker for who makes a call: it may be a child of the program's.
func (t *teller) caller(e trace.Event) string {
	who := t.speaker(e.Host, e.Call.Program)
	if child := t.children.Name(e.Host, e.Call); child != "" {
		who += child + " "
	}
	return who
}

// quoteLimit is how much is shown of data, and of a call's argument, in bytes.
const quoteLimit = 256

// quote returns data as a Go string literal, with three dots behind it if that
// is only its beginning.
func quote(data []byte) string {
	if len(data) > quoteLimit {
		return strconv.Quote(string(data[:quoteLimit])) + "..."
	}
	return strconv.Quote(string(data))
}

// output tells the lines that e completes.
func (t *teller) output(e trace.Event) {
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

// breakLine tells what there is of a line though its newline has not come.
func (t *teller) breakLine() {
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

func (t *teller) endLine() {
	l := &t.unended
	l.open = false
	if who := t.speaker(l.host, l.program); who != "" && t.talking != l.source {
		t.add(row{what: rowTold, at: l.at, host: l.host, pieces: []string{who[:len(who)-1] + ":"}})
	}
	t.talking = l.source
	r := row{what: rowPrinted, at: l.at, host: l.host, pieces: []string{string(l.text)}}
	if l.cut > 0 {
		r.pieces[0] += fmt.Sprintf(" ... %d more bytes", l.cut)
	}
	if l.stream == trace.Stderr {
		r.what = rowComplained
	}
	t.add(r)
}

// frame tells what an arrow says: headers, payload and notes.
func (t *teller) frame(e trace.Event) {
	packet, _ := t.decoder.Decode(e)
	t.introduce(e, packet)
	headers, payload, quoted := strings.Cut(packet.Summary(), ` "`)
	pieces := []string{headers}
	if quoted {
		pieces = append(pieces, `"`+payload)
	}
	if said := notes(e.Frame, packet); said != "" {
		pieces = append(pieces, "("+said+")")
	}
	t.add(row{what: rowSent, at: e.At, host: e.Host, pieces: pieces, frame: e.Frame, packet: packet,
		fault: e.Frame.Fate != trace.Delivered || e.Frame.Held > 0})
}

// introduce tells both ends' ports before the first frame that goes between
// them, and again when another pair's frames were told of meanwhile.
func (t *teller) introduce(e trace.Event, p trace.Packet) {
	if p.Source.Port() == 0 && p.Destination.Port() == 0 || e.Frame.Fate == trace.Corrupted {
		return // the ports could be the damage
	}
	now := conversation{p.Protocol, p.Source, p.Destination}
	if e.Host == trace.Server {
		now.client, now.server = p.Destination, p.Source
	}
	if p.Source.Addr().Is6() {
		now.protocol += "6"
	}
	t.introduceEnds(e, now)
}

func (t *teller) introduceEnds(e trace.Event, now conversation) {
	if now == t.between {
		return
	}
	t.between = now
	t.add(row{what: rowIntroduced, at: e.At, ends: now})
}

// relay tells what a relay saw, and before that between whom.
func (t *teller) relay(e trace.Event) {
	r := e.Relay
	if r.Client.IsValid() && r.Server.IsValid() {
		t.introduceEnds(e, conversation{strings.ToUpper(r.Network), r.Client, r.Server})
	}
	t.add(row{what: rowRelayed, at: e.At, host: e.Host, pieces: r.Pieces(), relay: r, fault: r.Broken()})
}

// notes returns what else there is to say of a frame.
func notes(f *trace.Frame, p trace.Packet) string {
	var said []string
	switch f.Fate {
	case trace.Duplicated:
		said = append(said, "copy")
	case trace.Corrupted:
		said = append(said, "damaged")
	}
	for _, mark := range []struct {
		is   bool
		name string
	}{{p.Retransmission, "again"}, {p.OutOfOrder, "out of order"}, {p.DuplicateACK, "duplicate ACK"}, {p.ZeroWindow, "zero window"}} {
		if mark.is {
			said = append(said, mark.name)
		}
	}
	if f.Held > 0 {
		said = append(said, "held "+milliseconds(f.Held))
	}
	return strings.Join(said, ", ")
}

// milliseconds shows a duration as closely as it matters.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return fmt.Sprintf("%.1f ms", math.Ceil(ms*10)/10)
	}
	return fmt.Sprintf("%.0f ms", ms)
}
