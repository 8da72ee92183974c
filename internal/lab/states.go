package lab

import (
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A look is followed by a rest: a busy program is not to be slowed down by
// being looked at. restShare is how many times as long as the look it is.
const (
	leastRest = 5 * time.Millisecond
	restShare = 10
)

// Most states last for less time than that. So what changes them is held until
// a look has been taken, as long as that is a matter of a few: so many looks are
// had at once, and one more for each rest that goes by.
const promptLooks = 60

// A watch looks at both hosts' sockets whenever something has happened that may
// have changed them, and puts the changes into the timeline.
type watch struct {
	lab    *Lab
	stirs  chan struct{} // something has happened; one is enough
	quit   chan struct{}
	ended  chan struct{}
	looked sync.Mutex // held during a look
	seen   map[trace.Host][]trace.Socket

	changed atomic.Bool // a state has, since Look was last called

	prompt sync.Mutex
	left   int       // looks that may be taken at once
	since  time.Time // when one was last added to them
	rest   time.Duration
}

func newWatch(l *Lab) *watch {
	w := &watch{lab: l, stirs: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{}),
		seen: make(map[trace.Host][]trace.Socket), left: promptLooks, since: time.Now(), rest: leastRest}
	go w.run()
	return w
}

// stir says that something has happened.
func (w *watch) stir() {
	select {
	case w.stirs <- struct{}{}:
	default:
	}
}

// comes takes a look before the wire does anything with a TCP segment that is
// about the state of a connection.
func (w *watch) comes(frame []byte) {
	if aboutState(frame) {
		w.lookNow()
	}
}

// aboutState reports whether a frame has a TCP segment without data in it, or
// with FIN behind them.
func aboutState(frame []byte) bool {
	var d trace.Decoder
	p, _ := d.Decode(trace.Event{Frame: &trace.Frame{Bytes: frame, Length: len(frame)}})
	return p.Protocol == "TCP" && (p.Length == 0 || strings.Contains(p.Flags, "FIN"))
}

// changesStates are the calls after whose return a socket may be in another state.
var changesStates = map[string]bool{"bind": true, "listen": true, "connect": true, "accept": true, "shutdown": true, "close": true}

// called is for each call of a program, which stands still meanwhile.
func (w *watch) called(c trace.Call) {
	if c.Return != nil && changesStates[c.Name] {
		w.lookNow()
		return
	}
	w.stir()
}

// lookNow takes a look before it returns, or has one taken soon if there have
// been many.
func (w *watch) lookNow() {
	w.prompt.Lock()
	defer w.prompt.Unlock()
	for w.left < promptLooks && time.Since(w.since) > w.rest {
		w.left++
		w.since = w.since.Add(w.rest)
	}
	if w.left == 0 {
		w.stir()
		return
	}
	if w.left == promptLooks {
		w.since = time.Now()
	}
	w.left--
	begin := time.Now()
	w.look()
	w.rest = max(leastRest, restShare*time.Since(begin))
}

func (w *watch) run() {
	defer close(w.ended)
	for {
		select {
		case <-w.stirs:
		case <-w.quit:
			return
		}
		begin := time.Now()
		w.look()
		select {
		case <-time.After(max(leastRest, restShare*time.Since(begin))):
		case <-w.quit:
			return
		}
	}
}

// close takes a last look.
func (w *watch) close() {
	close(w.quit)
	<-w.ended
	w.look()
}

// look puts what has changed since the last look into the timeline.
func (w *watch) look() {
	w.looked.Lock()
	defer w.looked.Unlock()
	for _, h := range []trace.Host{trace.Client, trace.Server} {
		now, err := w.lab.back.sockets(h)
		if err != nil {
			continue // the lab is closing
		}
		for _, s := range changes(w.seen[h], now) {
			w.lab.timeline.Add(trace.Event{Kind: trace.KindSocket, Host: h, Socket: &s})
			if s.Gone || s.State != s.Was {
				w.changed.Store(true)
			}
		}
		w.seen[h] = now
	}
}

// Look puts what has changed among both hosts' sockets into the timeline, and
// returns whether the state of any has since it was last called, whoever has
// looked meanwhile. Only a lab that was opened with States has looks.
func (l *Lab) Look() (changed bool) {
	if l.watch == nil || l.isClosed() {
		return false
	}
	w := l.watch
	w.look()
	return w.changed.Swap(false)
}

// changes compares two looks at a host: what is new or different, then what is
// gone.
func changes(before, now []trace.Socket) []trace.Socket {
	var out []trace.Socket
	kept := make([]bool, len(before))
	for _, s := range now {
		if untold(s) {
			continue
		}
		i := same(before, s, kept)
		if i < 0 {
			out = append(out, s)
			continue
		}
		kept[i] = true
		if was := before[i]; was != s {
			s.Was = was.State
			out = append(out, s)
		}
	}
	for i, s := range before {
		if !kept[i] && !untold(s) {
			s.Was, s.Gone = s.State, true
			out = append(out, s)
		}
	}
	return out
}

// untold reports whether nobody is told of a socket: unix sockets without a
// name are a program's own business, and those without an inode, connections
// that wait for accept, are nobody's yet.
func untold(s trace.Socket) bool {
	return s.Network == "unix" && (s.Path == "" || s.Inode == 0)
}

// same returns the row of before that is the same socket as s, or -1: it has
// the same inode, or, where no program has it (any more), the same addresses.
func same(before []trace.Socket, s trace.Socket, taken []bool) int {
	type ends struct {
		network, path string
		local, remote netip.AddrPort
	}
	of := func(s trace.Socket) ends { return ends{s.Network, s.Path, s.Local, s.Remote} }
	for i, b := range before {
		if !taken[i] && s.Inode != 0 && b.Inode == s.Inode {
			return i
		}
	}
	for i, b := range before {
		if !taken[i] && (s.Inode == 0 || b.Inode == 0) && of(b) == of(s) {
			return i
		}
	}
	return -1
}
