package ports

import (
	"context"
	"encoding/binary"
	"iter"
	"math"
	"time"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

// A segment is what matters here of a frame with IPv4 (RFC 791 §3.1) or IPv6
// (RFC 8200 §3) and TCP (RFC 9293 §3.1) in it.
type segment struct {
	from, to uint16 // ports
	flags    byte
}

// The flags of a segment.
const (
	fin = 1 << iota
	syn
	rst
	_
	ack
)

func parse(frame []byte) (segment, bool) {
	const ether, ip6, overTCP = 14, 40, 6
	if len(frame) < ether+ip6 {
		return segment{}, false
	}
	ip, header, next := frame[ether:], 0, byte(0)
	switch binary.BigEndian.Uint16(frame[12:]) {
	case 0x0800:
		header, next = int(ip[0]&0x0f)*4, ip[9]
	case 0x86dd:
		header, next = ip6, ip[6]
	}
	if next != overTCP || len(ip) < header+20 {
		return segment{}, false
	}
	tcp := ip[header:]
	return segment{from: binary.BigEndian.Uint16(tcp), to: binary.BigEndian.Uint16(tcp[2:]), flags: tcp[13]}, true
}

// segments yields what has crossed the wire since the program started, in the
// wire's order, from both hosts.
func (g *target) segments() iter.Seq2[trace.Event, segment] {
	return func(yield func(trace.Event, segment) bool) {
		for _, e := range g.t.Lab().Timeline().From(g.begin) {
			if e.Frame == nil {
				continue
			}
			if s, ok := parse(e.Frame.Bytes); ok && !yield(e, s) {
				return
			}
		}
	}
}

// knockedWithin returns on how many silent ports the program knocked, and on
// how many of them, at most, for the first time within a span of time. Ports
// whose knocks lie closer together than the wait for one of them were waited
// for at the same time.
func (g *target) knockedWithin(span time.Duration) (all, most int) {
	knocked := make(map[uint16]bool)
	var times []time.Duration // of the first knock on each port, in order
	for e, s := range g.segments() {
		if d, ok := g.door(s.to); ok && d.state == silent && e.Host == trace.Client && !knocked[s.to] {
			knocked[s.to] = true
			times = append(times, e.At)
		}
	}
	begin := 0
	for i, at := range times {
		for at-times[begin] >= span {
			begin++
		}
		most = max(most, i-begin+1)
	}
	return len(times), most
}

// A lookout looks at the client host's sockets again and again, until the
// program prints something, and notes from when to when each of those that
// knock on silent ports was there. The wire can't tell how long a program waits
// for a port: nothing crosses it when the program gives up, and the kernel
// knocks again after a second only (RFC 6298 §2.1), or a little later.
type lookout struct {
	target *target
	cancel context.CancelFunc
	done   chan struct{}    // closed when seen is final
	seen   map[segment]stay // by the ports
	most   int              // of them in one look
}

// A stay is how long a socket was surely there: from the end of the look that
// saw it first to the beginning of the one that saw it last. However slow the
// looks are, it was there for no less.
type stay struct{ from, to time.Time }

func (g *target) lookOut(p *check.Process) *lookout {
	ctx, cancel := context.WithCancel(g.t.Context())
	l := &lookout{target: g, cancel: cancel, done: make(chan struct{}), seen: make(map[segment]stay)}
	go func() {
		defer close(l.done)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for p.Stdout() == "" && l.look() {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return l
}

// look looks once; false means that it can't.
func (l *lookout) look() bool {
	begin := time.Now()
	sockets, err := l.target.t.Lab().Client().Sockets()
	end := time.Now()
	now := 0
	for _, s := range sockets {
		if d, ok := l.target.door(s.Remote.Port()); !ok || d.state != silent || s.State != "SYN-SENT" {
			continue
		}
		ends := segment{from: s.Local.Port(), to: s.Remote.Port()}
		was, known := l.seen[ends]
		if !known {
			was.from = end
		}
		was.to = begin
		l.seen[ends] = was
		now++
	}
	l.most = max(l.most, now)
	return err == nil
}

// stop ends the looking.
func (l *lookout) stop() {
	l.cancel()
	<-l.done
}

// least returns how long the program surely waited for the silent port that it
// waited for the shortest.
func (l *lookout) least() time.Duration {
	l.stop()
	longest := make(map[uint16]time.Duration) // by silent port: it may have been tried again
	for ends, s := range l.seen {
		longest[ends.to] = max(longest[ends.to], s.to.Sub(s.from))
	}
	least := time.Duration(math.MaxInt64)
	for i, d := range l.target.doors {
		if d.state == silent {
			least = min(least, longest[uint16(l.target.first+i)])
		}
	}
	return least
}
