package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A Script is a plan for single frames, as somebody made it by hand. Frames
// that it doesn't name are delivered as they are.
type Script []Deed

// A Deed is what the wire does to one frame: the N-th of its kind that comes
// out of a host, from 1. The same two programs send the same frames in the same
// order, give or take what depends on the clock, so a deed finds its frame
// again.
type Deed struct {
	From  trace.Host
	Kind  FrameKind
	N     int
	Fault Fault
}

// FrameKind says among which frames a deed counts.
type FrameKind string

// The kinds: IP frames, which programs cause, are counted apart from the
// others, mostly ARP, which hosts send when they please.
const (
	IPFrame    FrameKind = "ip"
	OtherFrame FrameKind = "other"
)

// Deed returns what a script says about a frame to which fault is to be done.
func (f WireFrame) Deed(fault Fault) Deed {
	if f.N == 0 {
		return Deed{f.From, OtherFrame, f.Other, fault}
	}
	return Deed{f.From, IPFrame, f.N, fault}
}

// A Player does what a script says, and remembers which deeds found their
// frame. It may be used by several goroutines at the same time.
type Player struct {
	Script Script            // not to be changed
	deeds  map[frameName]int // numbers in Script

	mu  sync.Mutex
	met map[int]bool // by number in Script
}

type frameName struct {
	from trace.Host
	kind FrameKind
	n    int
}

// Player returns one that has found no frame yet. Of two deeds for one frame the
// last counts.
func (s Script) Player() *Player {
	p := &Player{Script: s, deeds: make(map[frameName]int, len(s)), met: make(map[int]bool)}
	for i, d := range s {
		p.deeds[frameName{d.From, d.Kind, d.N}] = i
	}
	return p
}

// Plan returns the script's decisions; frames that it doesn't name are left to
// under, which may be nil.
func (p *Player) Plan(under Plan) Plan {
	return func(f WireFrame) Fault {
		d := f.Deed(Fault{})
		if i, ok := p.deeds[frameName{d.From, d.Kind, d.N}]; ok {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.met[i] = true
			return p.Script[i].Fault
		}
		if under == nil {
			return Fault{}
		}
		return under(f)
	}
}

// Unmet returns the deeds that have found no frame so far.
func (p *Player) Unmet() (unmet Script) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, d := range p.Script {
		if p.deeds[frameName{d.From, d.Kind, d.N}] == i && !p.met[i] {
			unmet = append(unmet, d)
		}
	}
	return unmet
}

// deedJSON is a deed as a line of a script's file.
type deedJSON struct {
	From      trace.Host `json:"from"`
	Kind      FrameKind  `json:"kind"`
	N         int        `json:"n"`
	Drop      bool       `json:"drop,omitempty"`
	Duplicate bool       `json:"duplicate,omitempty"`
	Swap      bool       `json:"swap,omitempty"`
	Corrupt   int        `json:"corrupt,omitempty"`
	Delay     string     `json:"delay,omitempty"` // as time.ParseDuration reads it
}

// Write writes the script, one JSON object a line.
func (s Script) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	for _, d := range s {
		line := deedJSON{From: d.From, Kind: d.Kind, N: d.N, Drop: d.Fault.Drop, Duplicate: d.Fault.Duplicate,
			Swap: d.Fault.Swap, Corrupt: d.Fault.Corrupt}
		if d.Fault.Delay > 0 {
			line.Delay = d.Fault.Delay.String()
		}
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("write fault plan: %w", err)
		}
	}
	return nil
}

// ReadScript reads what Write wrote.
func ReadScript(r io.Reader) (Script, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var out Script
	for n := 1; ; n++ {
		var line deedJSON
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if syntax := new(json.SyntaxError); errors.As(err, &syntax) {
			err = fmt.Errorf("it is no JSON object such as {\"from\":\"client\",\"kind\":\"ip\",\"n\":1,\"drop\":true} (%w)", err)
		}
		if err == nil {
			var d Deed
			if d, err = line.deed(); err == nil {
				out = append(out, d)
				continue
			}
		}
		return nil, fmt.Errorf("read fault plan: entry %d: %w", n, err)
	}
}

// longestDelay bounds how long a script may hold a frame.
const longestDelay = time.Minute

func (l deedJSON) deed() (Deed, error) {
	d := Deed{From: l.From, Kind: l.Kind, N: l.N,
		Fault: Fault{Drop: l.Drop, Duplicate: l.Duplicate, Swap: l.Swap, Corrupt: l.Corrupt}}
	switch {
	case l.From != trace.Client && l.From != trace.Server:
		return d, fmt.Errorf("from is %q: it must be %q or %q", l.From, trace.Client, trace.Server)
	case l.Kind != IPFrame && l.Kind != OtherFrame:
		return d, fmt.Errorf("kind is %q: it must be %q or %q", l.Kind, IPFrame, OtherFrame)
	case l.N < 1:
		return d, fmt.Errorf("n is %d: frames are counted from 1", l.N)
	case l.Corrupt < 0:
		return d, fmt.Errorf("corrupt is %d: it is the number of a byte in the frame, 1 or more", l.Corrupt)
	}
	if l.Delay != "" {
		delay, err := time.ParseDuration(l.Delay)
		if err != nil || delay < 0 || delay > longestDelay {
			return d, fmt.Errorf("delay is %q: it must be a time such as 200ms, of %v at most", l.Delay, longestDelay)
		}
		d.Fault.Delay = delay
	}
	return d, nil
}
