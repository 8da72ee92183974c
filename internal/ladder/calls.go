package ladder

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/manual"
	"github.com/learnnet/learnnet/internal/trace"
)

// A callID is the same for both ends of a call, and for them alone.
type callID struct {
	host    trace.Host
	program string
	number  int
}

func idOf(e trace.Event) callID { return callID{e.Host, e.Call.Program, e.Call.Number} }

// call holds an entry back, and makes one row of it and its return if nothing
// is told between them; otherwise each has its own.
func (t *teller) call(e trace.Event) {
	c := e.Call
	if c.Return == nil {
		t.interrupt()
		t.held = &e
		return
	}
	who := t.caller(e)
	if who != "" {
		who = who[:len(who)-1] + ": "
	}
	if t.held != nil && idOf(*t.held) == idOf(e) {
		e.At = t.held.At
		t.held = nil
		t.addCall(e, who+inC(c), nil)
		return
	}
	t.interrupt()
	entry, known := t.entered[idOf(e)]
	if !known {
		t.addCall(e, who+inC(c), nil)
		return
	}
	delete(t.entered, idOf(e))
	text := who + c.Name
	if entry.FD >= 0 && t.inside(e.Host, c.Name) {
		text += "(" + strconv.Itoa(entry.FD) + ")"
	}
	t.addCall(e, text, shorten(learned(entry.Args, c.Args)))
}

// enter tells of the entry that was held back, and remembers it until its return.
func (t *teller) enter() {
	if t.held == nil {
		return
	}
	e := *t.held
	t.held = nil
	t.entered[idOf(e)] = e.Call
	t.addCall(e, t.caller(e)+"calls "+inC(e.Call), nil)
}

// addCall adds a row of a call, and of how it ended if it has: the result, what
// the kernel filled in, what an error means, and how long it took if that can
// be felt.
func (t *teller) addCall(e trace.Event, text string, filled []string) {
	r := row{what: rowCalled, at: e.At, host: e.Host, pieces: []string{text}, call: e.Call}
	if end := e.Call.Return; end != nil {
		ended := []string{"= " + result(end)}
		if end.Errno == "" { // else all that there is to tell is why
			ended = append(ended, filled...)
		}
		if end.Waited >= time.Millisecond && manual.Waits(e.Call.Name) {
			ended = append(ended, "waited "+milliseconds(end.Waited))
		}
		for i := range len(ended) - 1 {
			ended[i] += ","
		}
		r.pieces, r.fault = append(r.pieces, ended...), end.Errno != ""
	}
	t.add(r)
}

// inside reports whether a program on h is inside a call of that name, so that
// the name alone doesn't tell which call returns.
func (t *teller) inside(h trace.Host, name string) bool {
	for id, c := range t.entered {
		if id.host == h && c.Name == name {
			return true
		}
	}
	return false
}

// left forgets the calls that a program was in when it ended: they return no
// more.
func (t *teller) left(h trace.Host, program string) {
	maps.DeleteFunc(t.entered, func(id callID, _ *trace.Call) bool { return id.host == h && id.program == program })
}

// inC returns c as C has it, without its result and with its arguments no longer than they can be read.
func inC(c *trace.Call) string {
	short := *c
	short.Args, short.Return = shorten(c.Args), nil
	return short.String()
}

func shorten(args []string) []string {
	short := slices.Clone(args)
	for i, a := range short {
		if len(a) > quoteLimit {
			short[i] = a[:quoteLimit] + "..."
		}
	}
	return short
}

// result returns what a call returned, and what its error means.
func result(r *trace.Return) string {
	text := strings.TrimSpace(strconv.FormatInt(r.Value, 10) + " " + r.Errno)
	if why := manual.Errno(r.Errno); why != "" {
		text += ": " + why
	}
	return text
}

// learned returns the arguments that the kernel filled in: those at the return
// that the entry hasn't got.
func learned(entry, exit []string) []string {
	given := slices.Clone(entry)
	var filled []string
	for _, a := range exit {
		if i := slices.Index(given, a); i >= 0 {
			given = slices.Delete(given, i, i+1)
		} else {
			filled = append(filled, a)
		}
	}
	return filled
}

// A socketID is what stays the same while a socket's state changes. The inode
// doesn't: the kernel keeps connections that no program has any more.
type socketID struct {
	host          trace.Host
	network, path string
	local, remote netip.AddrPort
	inode         uint64 // of sockets without an address
}

// socket tells of a socket that came, went or changed its state. That only its
// queues changed is not told, and interrupts nothing.
func (t *teller) socket(e trace.Event) {
	s := e.Socket
	id := socketID{host: e.Host, network: s.Network, path: s.Path, local: s.Local, remote: s.Remote}
	if s.Path == "" && !s.Local.IsValid() {
		id.inode = s.Inode
	}
	known := t.sockets[id]
	if known && !s.Gone && s.State == s.Was {
		return
	}
	if s.Gone {
		delete(t.sockets, id)
	} else {
		t.sockets[id] = true
	}
	t.interrupt()
	t.add(row{what: rowChanged, at: e.At, host: e.Host, pieces: []string{t.address(s, known), t.state(s)}})
}

// address names a socket: in full at first, then by its ports.
func (t *teller) address(s *trace.Socket, known bool) string {
	switch {
	case s.Network == "unix" && s.Path == "":
		return "unix socket"
	case !s.Local.IsValid():
		return strings.TrimSpace(s.Network + " " + s.Path)
	}
	name := s.Local.String()
	if s.Remote.IsValid() && known {
		name = ":" + strconv.Itoa(int(s.Local.Port())) + " " + t.to + " :" + strconv.Itoa(int(s.Remote.Port()))
	} else if s.Remote.IsValid() {
		name += " " + t.to + " " + s.Remote.String()
	}
	if s.Network != "tcp" {
		name = strings.ToUpper(s.Network) + " " + name
	}
	return name
}

func (t *teller) state(s *trace.Socket) string {
	now := s.State
	if now == "" {
		now = "open"
	}
	switch {
	case s.Gone:
		return "closed"
	case s.Was != "" && s.Was != s.State:
		return s.Was + " " + t.to + " " + now
	}
	return now
}
