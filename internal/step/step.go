// Package step holds a run at its socket calls and its frames and lets it go
// on one at a time, and puts the wire into somebody's hands meanwhile.
//
// A [Control] stands between a lab and whoever watches: the lab asks it before
// every call and every frame ([Control.Hold], [Control.Plan]), and what the
// watcher says decides when the lab is answered. What was done to frames by
// hand is kept as a [lab.Script], which plays it again.
package step

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Held is a call or a frame that waits for leave to go on.
type Held struct {
	// Event is the call as it stands in the timeline, or the frame as it came
	// out of its host, which stands in no timeline yet.
	Event trace.Event
	// Return says that it is a call that is about to return, after others have
	// been at work.
	Return bool
	// Fault is what the wire does to the frame unless somebody decides otherwise.
	Fault lab.Fault
}

// Until says how far a run goes before it is held again.
type Until int

// How far. A call that returns with nothing in between is one step with its
// entry.
const (
	Next      Until = iota // the next call or frame
	NextCall               // the next call
	NextFrame              // the next frame
	NextState              // the next change of a socket's state
	End                    // never again, until Pause
)

// Control holds a run. Its methods are safe for concurrent use.
type Control struct {
	running atomic.Bool // until is End: nothing is looked at

	byHand *lab.Recorder

	mu      sync.Mutex
	until   Until
	look    func() bool // whether a socket's state has changed since it was last asked
	held    []*held
	entries map[call]int  // where the entries of open calls stand in the timeline
	changed chan struct{} // closed and replaced whenever what Held returns has changed
}

type call struct {
	host    trace.Host
	program string
	number  int
}

type held struct {
	Held
	leave chan lab.Fault // receives once, when it may go on
	wire  bool           // it is a frame
	name  lab.FrameName
}

// New returns a control that holds the run at its first step, or that lets it
// run until Pause.
func New(paused bool) *Control {
	c := &Control{until: End, byHand: lab.NewRecorder(), entries: make(map[call]int), changed: make(chan struct{})}
	if paused {
		c.until = Next
	}
	c.running.Store(!paused)
	return c
}

// Watch gives the control what tells it of changed states: [lab.Lab.Look].
func (c *Control) Watch(look func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look = look
}

// Hold is for [lab.Calls].Hold.
func (c *Control) Hold(ctx context.Context, e trace.Event) {
	key := call{e.Host, e.Call.Program, e.Call.Number}
	c.mu.Lock()
	entry, open := c.entries[key]
	if e.Call.Return == nil {
		c.entries[key] = e.Seq
	} else {
		delete(c.entries, key)
	}
	c.mu.Unlock()
	returns := e.Call.Return != nil
	if returns && len(e.Call.Data) > 0 {
		c.byHand.Heard(e.Host)
	}
	if returns && open && e.Seq == entry+1 || c.running.Load() {
		return
	}
	c.pass(ctx, &held{Held: Held{Event: e, Return: returns}}, NextCall)
}

// Plan returns a plan that holds frames and does to them what somebody
// decides, or, where nobody does, what under says; under may be nil. Frames no
// longer wait once ctx is done. The plan must see every frame of the run.
func (c *Control) Plan(ctx context.Context, under lab.Plan) lab.Plan {
	return func(f lab.WireFrame) lab.Fault {
		var fate lab.Fault
		if under != nil {
			fate = under(f)
		}
		name := c.byHand.Name(f)
		if c.running.Load() {
			c.byHand.Passed(name, fate, false)
			return fate
		}
		bytes := append([]byte(nil), f.Bytes...)
		fate = c.pass(ctx, &held{wire: true, name: name, Held: Held{Fault: fate, Event: trace.Event{Kind: trace.KindFrame, Host: f.From,
			Frame: &trace.Frame{Bytes: bytes, Length: len(bytes), Again: name.N > 1}}}}, NextFrame)
		c.byHand.Passed(name, fate, true)
		return fate
	}
}

// pass returns when h may go on; kind is what would hold it.
func (c *Control) pass(ctx context.Context, h *held, kind Until) lab.Fault {
	h.leave = make(chan lab.Fault, 1)
	changed := c.stateChanged()
	c.mu.Lock()
	if !c.holds(kind, changed) {
		c.mu.Unlock()
		return h.Fault
	}
	c.until = Next
	c.held = append(c.held, h)
	c.wake()
	c.mu.Unlock()
	select {
	case fault := <-h.leave:
		return fault
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		for i, other := range c.held {
			if other == h {
				c.held = append(c.held[:i:i], c.held[i+1:]...)
				c.wake()
			}
		}
		return h.Fault
	}
}

// stateChanged asks for changed states, if the run is to be held at them or
// step by step: then each is seen, however short.
func (c *Control) stateChanged() bool {
	c.mu.Lock()
	look := c.look
	c.mu.Unlock()
	return look != nil && look()
}

func (c *Control) holds(kind Until, changed bool) bool {
	switch c.until {
	case End:
		return false
	case Next:
		return true
	case NextState:
		return changed
	}
	return c.until == kind
}

// Held returns what waits, the first to go on first, and whether the run is
// held at all: it may be so before anything has come to wait.
func (c *Control) Held() (waiting []Held, paused bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.held {
		waiting = append(waiting, h.Held)
	}
	return waiting, c.until != End
}

// Changed returns a channel that is closed when what Held returns changes.
func (c *Control) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

func (c *Control) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Pause holds the run at its next call or frame.
func (c *Control) Pause() { c.set(Next) }

func (c *Control) set(until Until) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = until
	c.running.Store(until == End)
	c.wake()
}

// Go lets the first that waits go on, and the run with it, as far as it says.
func (c *Control) Go(until Until) { c.release(until, nil) }

// Do is Go(Next) for a frame, with what the wire is to do to it; it reports
// whether the first that waits is a frame.
func (c *Control) Do(fault lab.Fault) bool { return c.release(Next, &fault) }

func (c *Control) release(until Until, byHand *lab.Fault) bool {
	if until == NextState {
		c.stateChanged() // what has changed so far is not the next
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if byHand != nil && (len(c.held) == 0 || !c.held[0].wire) {
		return false
	}
	c.until = until
	c.running.Store(until == End)
	for i := 0; len(c.held) > 0; i++ {
		h := c.held[0]
		if i > 0 && c.holds(kindOf(h), false) {
			c.until = Next
			break
		}
		fate := h.Fault
		if byHand != nil {
			fate = *byHand
			c.byHand.Do(lab.Deed{Frame: h.name, Fault: fate})
		}
		c.held = c.held[1:]
		h.leave <- fate
		if until == Next {
			break
		}
	}
	c.wake()
	return true
}

func kindOf(h *held) Until {
	if !h.wire {
		return NextCall
	}
	return NextFrame
}

// Script returns what was done to frames by hand so far.
func (c *Control) Script() lab.Script { return c.byHand.Script() }

// settled is how long nothing must come to wait for a run to be at its end:
// what is sent in answer to the last frame comes at once.
const settled = 200 * time.Millisecond

// Settle returns when nothing waits any more and nothing has come to wait for a
// while, or when the run is not held, or ctx is done. When the programs have
// ended, their kernels may still have frames to send.
func (c *Control) Settle(ctx context.Context) {
	for {
		changed := c.Changed()
		waiting, paused := c.Held()
		if !paused {
			return
		}
		var rest <-chan time.Time
		if len(waiting) == 0 {
			rest = time.After(settled)
		}
		select {
		case <-changed:
		case <-rest:
			return
		case <-ctx.Done():
			return
		}
	}
}
