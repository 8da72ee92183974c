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

// A lookout looks at the client host's sockets again and again and notes from
// when to when each of those that knock on silent ports was there. The wire can't
// tell how long a program waits for a port: nothing crosses it when the program
// gives up, and the kernel knocks again after a second only (RFC 6298 §2.1), or a
// little later.
type lookout struct {
	target *target
	cancel context.CancelFunc
	done   chan struct{}    // closed when no look is under way
	err    error            // of a look that could not be taken; there are none after it
	stays  map[uint16]*stay // by silent port; of all sockets that knock on it
	last   time.Time        // when the last look began, or the looking
	gap    time.Duration    // a socket that no look saw was there for no longer
	most   int              // silent ports knocked on, in one look
}

// A stay is between which looks a socket was there. However slow the looks are,
// it was there for no less than from first to last, and no more than from before
// to after.
type stay struct {
	before, first time.Time // the last look that did not see it yet began; the first that saw it ended
	last, after   time.Time // the last look that saw it began; the first that did no longer ended
}

// lookOutFor looks until p has ended.
func (g *target) lookOutFor(p *check.Process) *lookout {
	l := g.lookOut()
	defer l.stop()
	p.ExpectExit()
	return l
}

func (g *target) lookOut() *lookout {
	ctx, cancel := context.WithCancel(g.t.Context())
	l := &lookout{target: g, cancel: cancel, done: make(chan struct{}), stays: make(map[uint16]*stay), last: time.Now()}
	go func() {
		defer close(l.done)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			if l.err = l.look(); l.err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return l
}

func (l *lookout) look() error {
	begin := time.Now()
	sockets, err := l.target.t.Lab().Client().Sockets()
	if err != nil {
		return err
	}
	end := time.Now()
	now := make(map[uint16]bool)
	for _, s := range sockets {
		if d, ok := l.target.door(s.Remote.Port()); ok && d.state == silent && s.State == "SYN-SENT" {
			now[s.Remote.Port()] = true
		}
	}
	for port := range now {
		if l.stays[port] == nil {
			l.stays[port] = &stay{before: l.last, first: end}
		}
		l.stays[port].last, l.stays[port].after = begin, time.Time{}
	}
	for port, s := range l.stays {
		if !now[port] && s.after.IsZero() {
			s.after = end
		}
	}
	l.most = max(l.most, len(now))
	l.gap, l.last = max(l.gap, end.Sub(l.last)), begin
	return nil
}

// stop ends the looking. The program has ended, and so have its sockets.
func (l *lookout) stop() {
	ended := time.Now()
	l.cancel()
	<-l.done
	for _, s := range l.stays {
		if s.after.IsZero() {
			s.after = ended
		}
	}
	l.gap = max(l.gap, ended.Sub(l.last))
}

// shortest returns how long the program waited for the silent port that it
// waited for the shortest: surely for least, and surely for no more than most.
func (l *lookout) shortest() (least, most time.Duration) {
	least, most = math.MaxInt64, math.MaxInt64
	for i, d := range l.target.doors {
		switch s := l.stays[uint16(l.target.first+i)]; {
		case d.state != silent:
		case s == nil:
			least, most = 0, min(most, l.gap)
		default:
			least, most = min(least, s.last.Sub(s.first)), min(most, s.after.Sub(s.before))
		}
	}
	return least, most
}
