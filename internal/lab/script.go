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

// A Deed is what the wire does to one frame.
type Deed struct {
	Frame FrameName
	Fault Fault
	// Until has the frame wait, before Fault is done to it, until its host has
	// sent the same again as number Until; 0 for not at all. So a wait has the
	// consequence that it had, however long that takes in this run.
	Until int
}

// A Player does what a script says in one run, and remembers which deeds found
// their frame. It may be used by several goroutines at the same time.
type Player struct {
	Script Script             // not to be changed
	deeds  map[FrameName]int  // numbers in Script
	ends   map[FrameName]bool // frames that others wait for

	mu    sync.Mutex
	names *namer
	met   map[int]bool // by number in Script
}

// Player returns one that has found no frame yet. Of two deeds for one frame the
// last counts.
func (s Script) Player() *Player {
	p := &Player{Script: s, deeds: make(map[FrameName]int, len(s)), ends: make(map[FrameName]bool), names: newNamer(), met: make(map[int]bool)}
	for i, d := range s {
		p.deeds[d.Frame] = i
		if d.Until > 0 {
			p.ends[FrameName{d.Frame.From, d.Frame.What, d.Until}] = true
		}
	}
	return p
}

// Plan returns the script's decisions; frames that it doesn't name are left to
// under, which may be nil. The plan must see every frame of the run.
func (p *Player) Plan(under Plan) Plan {
	return func(f WireFrame) Fault {
		p.mu.Lock()
		name := p.names.name(f)
		i, ok := p.deeds[name]
		if ok {
			p.met[i] = true
		}
		p.mu.Unlock()
		var fault Fault
		switch {
		case ok:
			fault = p.Script[i].Fault
			fault.Wait = p.Script[i].Until > 0
		case under != nil:
			fault = under(f)
		}
		fault.EndWait = p.ends[name]
		return fault
	}
}

// Unmet returns the deeds that have found no frame so far.
func (p *Player) Unmet() (unmet Script) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, d := range p.Script {
		if p.deeds[d.Frame] == i && !p.met[i] {
			unmet = append(unmet, d)
		}
	}
	return unmet
}

// deedJSON is a deed as a line of a script's file.
type deedJSON struct {
	From      trace.Host `json:"from"`
	Frame     string     `json:"frame"`
	N         int        `json:"n"`
	Drop      bool       `json:"drop,omitempty"`
	Duplicate bool       `json:"duplicate,omitempty"`
	Swap      bool       `json:"swap,omitempty"`
	Corrupt   int        `json:"corrupt,omitempty"`
	Delay     string     `json:"delay,omitempty"` // as time.ParseDuration reads it
	Until     int        `json:"until,omitempty"`
}

// Write writes the script, one JSON object a line.
func (s Script) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	for _, d := range s {
		line := deedJSON{From: d.Frame.From, Frame: d.Frame.What, N: d.Frame.N, Drop: d.Fault.Drop, Duplicate: d.Fault.Duplicate,
			Swap: d.Fault.Swap, Corrupt: d.Fault.Corrupt, Until: d.Until}
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
			err = fmt.Errorf("it is no JSON object such as {\"from\":\"client\",\"frame\":\"TCP 1 SYN\",\"n\":1,\"drop\":true} (%w)", err)
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
	d := Deed{Frame: FrameName{From: l.From, What: l.Frame, N: l.N}, Until: l.Until,
		Fault: Fault{Drop: l.Drop, Duplicate: l.Duplicate, Swap: l.Swap, Corrupt: l.Corrupt}}
	switch {
	case l.From != trace.Client && l.From != trace.Server:
		return d, fmt.Errorf("from is %q: it must be %q or %q", l.From, trace.Client, trace.Server)
	case l.Frame == "":
		return d, errors.New("frame is missing: it says what the frame does, such as \"TCP 1 SYN\" or \"UDP 1\"")
	case l.N < 1:
		return d, fmt.Errorf("n is %d: frames that do the same are counted from 1", l.N)
	case l.Until < 0 || l.Until > 0 && l.Until <= l.N:
		return d, fmt.Errorf("until is %d: it is the number of a frame that does the same and comes after number %d", l.Until, l.N)
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
