package ports

import (
	"fmt"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// settleCap is far more than it takes two hosts to come to rest.
const settleCap = 5 * time.Second

// settle waits until nothing is under way between the hosts: what the programs
// have sent is then in the timeline.
func settle(t *check.T) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	limit := time.After(settleCap)
	for {
		if rest, known := t.Lab().AtRest(); rest || !known {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			return
		case <-t.Context().Done():
			return
		}
	}
}

// expectNoStrays expects the program to have knocked on the ports of the targets
// alone, all of which were set up for this step. On the loopback nobody can tell.
func expectNoStrays(t *check.T, targets ...*target) {
	if t.Lab().Isolation() != lab.TwoHosts {
		return
	}
	settle(t)
	var ranges []string
	for _, g := range targets {
		ranges = append(ranges, fmt.Sprintf("%d to %d", g.first, g.last()))
	}
	for _, e := range t.Lab().Timeline().From(targets[0].from) {
		if e.Frame == nil || e.Host != trace.Client {
			continue
		}
		s, ok := parse(e.Frame.Bytes)
		if !ok || s.flags&(syn|ack) != syn {
			continue
		}
		within := false
		for _, g := range targets {
			_, ours := g.door(s.to)
			within = within || ours
		}
		t.Expect(within, check.Assertion{Messages: []string{fmt.Sprintf(
			"the program knocked on port %d, which is not in the range that it was given, %s", s.to, strings.Join(ranges, " or "))}})
	}
}

// expectNothingSent expects the program to have sent neither a byte on a
// connection, an urgent one included, nor a datagram.
func (g *target) expectNothingSent() {
	settle(g.t)
	var d trace.Decoder
	for _, e := range g.t.Lab().Timeline().From(g.from) {
		if e.Frame == nil || e.Host != trace.Client {
			continue
		}
		p, ok := d.Decode(e)
		if !ok || p.Destination.Addr() != g.addr {
			continue
		}
		g.t.Expect(p.Protocol != "UDP", check.Assertion{Messages: []string{fmt.Sprintf(
			"the program sent a UDP datagram to port %d; it is to try TCP ports, and to send nothing", p.Destination.Port())}})
		g.t.Expect(p.Protocol != "TCP" || p.Length == 0, check.SentSomethingElse{Role: role, Got: p.Payload})
	}
}

// kept reports whether a connection to another open port had stood for that long
// when a late one answered, and the program had not closed it.
func (g *target) kept(long time.Duration) bool {
	stands := make(map[segment]time.Duration) // since when, by the ports
	for e, s := range g.segments() {
		if e.Host == trace.Client {
			if s.flags&(fin|rst) != 0 {
				delete(stands, segment{from: s.from, to: s.to})
			}
			continue
		}
		d, ok := g.door(s.from)
		if !ok || d.state != open || s.flags&syn == 0 {
			continue
		}
		if d.late == 0 {
			stands[segment{from: s.to, to: s.from}] = e.At
			continue
		}
		for _, since := range stands {
			if e.At-since >= long {
				return true
			}
		}
	}
	return false
}

// A knock is the first on a port.
type knock struct {
	from  uint16
	waits bool // for an answer
}

// knocked counts a port as under way when the first SYN to it has left the
// client, and answered no longer does when SYN ACK or RST has left the server.
// So nothing counts that the program has been told about, however slow the
// machine is. It returns how many ports have been knocked on.
func (g *target) knocked(s segment) int {
	if k, known := g.knock[s.to]; known {
		// The kernel repeats a SYN from the same port.
		g.twice = g.twice || k.from != s.from
		return len(g.knock)
	}
	g.knock[s.to] = knock{s.from, true}
	g.under++
	g.most = max(g.most, g.under)
	return len(g.knock)
}

func (g *target) answered(s segment) {
	if k := g.knock[s.from]; k.waits && k.from == s.to && s.flags&(syn|rst) != 0 {
		g.knock[s.from] = knock{from: k.from}
		g.under--
	}
}

// mostAtOnce returns on how many ports the program waited for an answer at the
// same moment, at most. That is sure only if it didn't give up on one, and go on
// to another: nothing on the wire tells when. One that reports no port as silent,
// and tried each of them once, has waited for all answers.
func (g *target) mostAtOnce() (most int, sure bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.most, !g.twice
}

// ended returns how long after its first knock the program ended, which it has.
func (g *target) ended() time.Duration {
	first := time.Duration(-1)
	for _, e := range g.t.Lab().Timeline().From(g.begin) {
		switch {
		case e.Frame != nil && e.Host == trace.Client && first < 0:
			if s, ok := parse(e.Frame.Bytes); ok && s.flags&syn != 0 {
				first = e.At
			}
		case e.Process != nil && e.Process.Exit != nil && first >= 0:
			return e.At - first
		}
	}
	return 0
}
