package lab

import (
	"net/netip"
	"sync"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A look is followed by a rest: a busy program is not to be slowed down by
// being looked at. restShare is how many times as long as the look it is.
const (
	leastRest = 5 * time.Millisecond
	restShare = 10
)

// A watch looks at both hosts' sockets whenever something has happened that may
// have changed them, and puts the changes into the timeline.
type watch struct {
	lab    *Lab
	stirs  chan struct{} // something has happened; one is enough
	quit   chan struct{}
	ended  chan struct{}
	looked sync.Mutex // held during a look
	seen   map[trace.Host][]trace.Socket
}

func newWatch(l *Lab) *watch {
	w := &watch{lab: l, stirs: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{}),
		seen: make(map[trace.Host][]trace.Socket)}
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

// look puts what has changed since the last look into the timeline, and returns
// whether any socket's state did.
func (w *watch) look() (changed bool) {
	w.looked.Lock()
	defer w.looked.Unlock()
	for _, h := range []trace.Host{trace.Client, trace.Server} {
		now, err := w.lab.back.sockets(h)
		if err != nil {
			continue // the lab is closing
		}
		for _, s := range changes(w.seen[h], now) {
			changed = changed || s.Gone || s.State != s.Was
			w.lab.timeline.Add(trace.Event{Kind: trace.KindSocket, Host: h, Socket: &s})
		}
		w.seen[h] = now
	}
	return changed
}

// Look puts what has changed among both hosts' sockets since the last look into
// the timeline, and returns whether the state of any has. Only a lab that was
// opened with States has looks.
func (l *Lab) Look() (changed bool) {
	if l.watch == nil || l.isClosed() {
		return false
	}
	return l.watch.look()
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
