package lab

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A Recorder makes a script of what somebody does to the frames of a run.
//
// Whoever holds a run makes its programs wait, and its kernels: for a frame that
// is held, and for a program whose call is. If that takes so long that a host
// sends the same again, a run that nobody holds has no such repetition, and no
// kernel that learned patience from it. So where something is done to a frame of
// a connection, or pair of UDP ports, those frames of it that were waited for
// before wait in the script too, until they are repeated.
type Recorder struct {
	mu    sync.Mutex
	names *namer
	done  Script
	open  map[sameFrames]*repeated
	until map[FrameName]int          // what the frames that were repeated wait for
	did   map[FrameName]Fault        // what the wire did to frames
	heard map[trace.Host][]time.Time // when a program there received something
}

// sameFrames is what frames have in common that say the same.
type sameFrames struct {
	from    trace.Host
	what    string
	payload string // of a datagram
}

// repeated is what a host has sent, perhaps again and again, and got no answer to.
type repeated struct {
	since time.Time
	names []FrameName // of those that were not lost, nor the answers to them, while the run was held
}

// NewRecorder returns a recorder of a run that has not begun.
func NewRecorder() *Recorder {
	return &Recorder{names: newNamer(), open: make(map[sameFrames]*repeated), until: make(map[FrameName]int),
		did: make(map[FrameName]Fault), heard: make(map[trace.Host][]time.Time)}
}

// Name returns the name of a frame. It must be asked for each frame of the run
// once, in the order in which they come out of the hosts.
func (r *Recorder) Name(f WireFrame) FrameName {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := r.names.name(f)
	kind := sameFrames{from: f.From, what: name.What}
	switch last := r.names.last; {
	case last.Protocol == "UDP":
		kind.payload = string(last.Payload)
	case strings.Contains(name.What, " ACK ack="), strings.HasSuffix(name.What, " RST"):
		return name // answers, which no host repeats by itself
	}
	s := r.open[kind]
	// A kernel repeats only what was not answered; a program may ask anew.
	if s == nil || kind.payload != "" && r.heardBetween(f.From, s.since, f.Sent) {
		s = &repeated{since: f.Sent}
		r.open[kind] = s
	}
	for _, before := range s.names {
		r.until[before] = name.N
	}
	s.names = append(s.names, name)
	return name
}

func (r *Recorder) heardBetween(h trace.Host, from, to time.Time) bool {
	return slices.ContainsFunc(r.heard[h], func(at time.Time) bool { return at.After(from) && at.Before(to) })
}

// Heard notes that a program on a host has just received something.
func (r *Recorder) Heard(h trace.Host) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard[h] = append(r.heard[h], time.Now())
}

// Passed notes what the wire did to a frame, and whether the run was held then.
// What is sent again because one was lost, or the answer to it, or because nobody
// answered though nothing was held, is sent again in every run.
func (r *Recorder) Passed(name FrameName, did Fault, held bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if did != (Fault{}) {
		r.did[name] = did
	}
	if held && !did.Drop && did.Corrupt == 0 {
		return
	}
	for kind, s := range r.open {
		if kind.from == name.From {
			s.names = slices.DeleteFunc(s.names, func(n FrameName) bool { return n == name })
		} else if ends(kind.what) == ends(name.What) {
			s.names = nil
		}
	}
}

// ends returns the part of a frame's name that it shares with the answers to it:
// "UDP 1".
func ends(what string) string {
	words := strings.Fields(what)
	return strings.Join(words[:min(len(words), 2)], " ")
}

// Do notes what was done to a frame.
func (r *Recorder) Do(d Deed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	between := ends(d.Frame.What)
	counted := strings.HasPrefix(between, "TCP ") || strings.HasPrefix(between, "UDP ") // else it may come of any
	for _, name := range slices.SortedFunc(maps.Keys(r.until), compareNames) {
		if !counted || ends(name.What) == between {
			r.deed(name, r.did[name]).Until = r.until[name]
		}
	}
	r.deed(d.Frame, d.Fault).Fault = d.Fault
}

func compareNames(a, b FrameName) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.What, b.What), cmp.Compare(a.N, b.N))
}

// deed returns the entry for a frame; if there was none, one with that fault.
func (r *Recorder) deed(name FrameName, fault Fault) *Deed {
	i := slices.IndexFunc(r.done, func(d Deed) bool { return d.Frame == name })
	if i < 0 {
		i = len(r.done)
		r.done = append(r.done, Deed{Frame: name, Fault: fault})
	}
	return &r.done[i]
}

// Script returns what was done so far.
func (r *Recorder) Script() Script {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.done)
}
