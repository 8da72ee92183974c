package trace

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"time"
)

// How much a timeline keeps. Frames, calls and what a relay saw lose their
// payload beyond keepBytes, oldest first; keepHead bytes of each stay, enough for every header.
// Shorter ones stay whole and don't count.
const (
	keepBytes = 256 << 20
	keepHead  = 128
	slabSize  = 1 << 20
	// keepEvents bounds what a program that floods the wire, or calls without
	// end, can make us keep: once there are so many events, further frames,
	// calls, socket states and what a relay saw are only counted.
	keepEvents = 1 << 20
	// blockEvents is how many events stand in one piece of memory. The wire waits
	// while that is copied, to make it larger or for a reader: if it held all events
	// of a flood, for a third of a second.
	blockEvents = 1 << 12
)

// Timeline is the record of one run. It is safe for concurrent use: events
// get their order and their time as they are added.
type Timeline struct {
	start time.Time
	keep  int // bytes of payload kept; see keepBytes
	most  int // events before those that may flood us are only counted; see keepEvents

	mu      sync.Mutex
	blocks  [][]Event     // of blockEvents each, but for the last
	events  int           // in all blocks
	grown   chan struct{} // closed and replaced when an event is added or the timeline is closed; nil while nobody waits
	closed  bool
	short   slab // what is never trimmed, and the heads of what was
	long    slab // apart from short, whose bytes would keep theirs alive
	kept    int  // bytes in long that are still held
	trimmed int  // events before this index have had their payload trimmed
	counted int  // events that were only counted
}

// New returns an empty timeline whose clock starts now.
func New() *Timeline {
	return &Timeline{start: time.Now(), keep: keepBytes, most: keepEvents}
}

// Add appends e, setting its Seq and At, and returns it as it stands in the
// timeline. A frame's bytes, and the data of a call or a relay, are copied;
// other details must not be changed afterwards. After Close, Add does nothing.
func (t *Timeline) Add(e Event) Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return e
	}
	if floods := e.Frame != nil || e.Call != nil || e.Socket != nil || e.Relay != nil; floods && t.events >= t.most {
		t.counted++
		return e
	}
	e.Seq = t.events
	e.At = time.Since(t.start)
	if b := payload(e); b != nil {
		e = withPayload(e, t.copy(b))
	}
	if t.events%blockEvents == 0 {
		t.blocks = append(t.blocks, nil)
	}
	last := &t.blocks[len(t.blocks)-1]
	*last = append(*last, e)
	t.events++
	t.wake()
	return e
}

// payload returns the bytes of an event that may be trimmed.
func payload(e Event) []byte {
	switch {
	case e.Frame != nil:
		return e.Frame.Bytes
	case e.Call != nil:
		return e.Call.Data
	case e.Relay != nil:
		return e.Relay.Data
	}
	return nil
}

// withPayload returns e with other bytes. Readers may hold the old Frame, Call
// or Relay, which stays as it is.
func withPayload(e Event, b []byte) Event {
	switch {
	case e.Frame != nil:
		f := *e.Frame
		f.Bytes, e.Frame = b, &f
	case e.Call != nil:
		c := *e.Call
		c.Data, e.Call = b, &c
	case e.Relay != nil:
		r := *e.Relay
		r.Data, e.Relay = b, &r
	}
	return e
}

// copy copies b, and trims the oldest payload if that is too much.
func (t *Timeline) copy(b []byte) []byte {
	if len(b) <= keepHead {
		return t.short.copy(b)
	}
	t.kept += len(b)
	for t.kept > t.keep && t.trimmed < t.events {
		e := &t.blocks[t.trimmed/blockEvents][t.trimmed%blockEvents]
		if old := payload(*e); len(old) > keepHead {
			*e = withPayload(*e, t.short.copy(old[:keepHead]))
			t.kept -= len(old)
		}
		t.trimmed++
	}
	return t.long.copy(b)
}

// A slab is memory that frames are copied to, so that a fast wire costs one
// allocation a megabyte and not one a frame.
type slab []byte

func (s *slab) copy(b []byte) []byte {
	if len(*s) < len(b) {
		*s = make([]byte, max(slabSize, len(b)))
	}
	dst := (*s)[:len(b):len(b)]
	*s = (*s)[len(b):]
	copy(dst, b)
	return dst
}

func (t *Timeline) wake() {
	if t.grown != nil {
		close(t.grown)
		t.grown = nil
	}
}

// Close ends the timeline: followers see what is there and stop.
func (t *Timeline) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.wake()
}

// Events returns what happened so far.
func (t *Timeline) Events() []Event { return t.From(0) }

// From returns what happened so far, from the event with that Seq on.
func (t *Timeline) From(seq int) []Event {
	end := t.Len()
	if seq >= end {
		return nil
	}
	events := make([]Event, 0, end-seq)
	for len(events) < end-seq {
		events = t.appendSome(events, seq+len(events), end)
	}
	return events
}

// appendSome appends the events from seq on to dst, up to end or the end of
// their block, of which there is one at least.
func (t *Timeline) appendSome(dst []Event, seq, end int) []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	block, first := t.blocks[seq/blockEvents], seq%blockEvents
	return append(dst, block[first:min(len(block), first+end-seq)]...)
}

// Len returns how many events there are.
func (t *Timeline) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.events
}

// Unrecorded returns how many events of the kinds that can flood us (see
// keepEvents) were only counted, since there were too many already.
func (t *Timeline) Unrecorded() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counted
}

// Follow yields every event, those there already and those to come, until the
// timeline is closed or ctx is done.
func (t *Timeline) Follow(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for next := 0; ; {
			t.mu.Lock()
			end, closed := t.events, t.closed
			if next == end && !closed && t.grown == nil {
				t.grown = make(chan struct{})
			}
			grown := t.grown
			t.mu.Unlock()

			switch {
			case next < end:
				for _, e := range t.appendSome(nil, next, end) {
					if !yield(e) {
						return
					}
					next++
				}
			case closed:
				return
			default:
				select {
				case <-grown:
				case <-ctx.Done():
				}
			}
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// WriteJSON writes events as JSON lines, one object a line.
func WriteJSON(w io.Writer, events iter.Seq[Event]) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for e := range events {
		if err := enc.Encode(e); err != nil {
			return fmt.Errorf("write timeline: %w", err)
		}
	}
	return nil
}

// ReadJSON reads events that WriteJSON wrote.
func ReadJSON(r io.Reader) ([]Event, error) {
	dec := json.NewDecoder(bufio.NewReader(r))
	var events []Event
	for {
		var e Event
		err := dec.Decode(&e)
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read timeline: event %d: %w", len(events), err)
		}
		events = append(events, e)
	}
}
