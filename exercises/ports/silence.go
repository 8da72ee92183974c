package ports

import (
	"fmt"
	"slices"
	"time"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

func knowsSilence(t *check.T) {
	needsRefusal(t)
	doors := mixed(t.Rand(), 130, 4)
	silence := silentPorts
	wired := t.Lab().Isolation() == lab.TwoHosts
	if !wired {
		t.Act(trace.Server, "can't make a port silent without a wire of its own: open and closed ports only", nil)
		silence = 0
	}
	for _, i := range t.Rand().Perm(len(doors)) {
		if doors[i].state == closed && silence > 0 {
			doors[i].state = silent
			silence--
		}
	}
	// So that a program that prints what it knows, in order, prints nothing
	// before it has given up on a port.
	if i := slices.IndexFunc(doors, func(d door) bool { return d.state == silent }); i > 0 {
		doors[0], doors[i] = doors[i], doors[0]
	}
	late := slices.IndexFunc(doors, func(d door) bool { return d.state == open })
	doors[late].late = mostOf(shortWait)
	g := setUp(t, doors, lowPort(t))
	defer g.close()
	p := g.start(milliseconds(shortWait))
	if wired {
		p = expectShortWaits(g, p)
	} else {
		p.ExpectExit()
	}
	if g.missedAnswer(p.Stdout()) {
		g.again("it missed an answer")
		g.setLate(late, mostOf(secondWait))
		p = g.scan(milliseconds(secondWait))
	}
	p.ExpectStdout(g.report())
	expectNoStrays(t, g)
}

// mostOf is how late a port is that is open all the same.
func mostOf(wait time.Duration) time.Duration { return wait * 3 / 5 }

// expectShortWaits waits for a program that was given shortWait to end. It
// expects that it gave up on silent ports soon after that, waited for many of
// them at once, and was done soon. A machine that stalls makes a right program
// slow, and may make a slow one seem quick, whose answers come too late then. So
// the program is started again, also if it missed an answer. The one that was
// started last is returned.
func expectShortWaits(g *target, p *check.Process) *check.Process {
	for try := 1; ; try++ {
		why := "it missed an answer"
		switch fault := g.tooSlow(p); {
		case fault == nil && (try >= tries || !g.missedAnswer(p.Stdout())):
			g.t.Prove()
			return p
		case fault != nil && try >= fault.tries:
			fault.Role = role
			g.t.Fail(fault.TimedOut)
		case fault != nil:
			why = "it was slow"
		}
		g.again(why)
		p = g.start(milliseconds(shortWait))
	}
}

// A slowness is what a program did not do in time.
type slowness struct {
	check.TimedOut
	tries int // after which it counts: 1 if no machine that stalls for a moment makes a right program seem so
}

// tooSlow waits for a program that was given shortWait to end, and says what it
// did not do in time, if anything.
func (g *target) tooSlow(p *check.Process) *slowness {
	l := g.lookOutFor(p)
	if l.err != nil {
		g.t.Break(l.err)
	}
	if late := g.gaveUpLate(l); late != nil {
		return late
	}
	wait := milliseconds(shortWait)
	// Twice the three waits that would do, and time to start a hundred threads and
	// to end.
	took := g.ended()
	long := took > 6*shortWait+g.t.Patience(2*time.Second)
	// A program that doesn't get to knock on all ports has another fault, which its
	// report tells. One that takes long to begin, such as with a process for each
	// port, is seen to wait for many in the end.
	knocked, most := g.knockedWithin(min(g.t.Patience(shortWait), 2*shortWait))
	if knocked == silentPorts && most*3 < silentPorts && l.most*2 < silentPorts {
		few := &slowness{check.TimedOut{What: fmt.Sprintf(
			"get through %d silent ports (it knocked on no more than %d of them within a wait of %s milliseconds)", silentPorts, most, wait)}, tries}
		if long {
			few.tries = 1
		}
		return few
	}
	if long {
		return &slowness{check.TimedOut{What: fmt.Sprintf(
			"end (it ended %s milliseconds after its first knock; three waits of %s milliseconds would do)", milliseconds(took), wait)}, tries}
	}
	return nil
}

// gaveUpLate says how a program that was given shortWait did not give up on
// silent ports in time, if it didn't. One that did is to be seen to.
func (g *target) gaveUpLate(l *lookout) *slowness {
	least, most := l.shortest()
	if most < slow {
		return nil
	}
	late := &slowness{check.TimedOut{
		What:  fmt.Sprintf("give up on silent ports after %s milliseconds, as its fourth argument says,", milliseconds(shortWait)),
		Doing: fmt.Sprintf("waited for each of them for %s milliseconds at least", milliseconds(least)),
	}, tries}
	switch {
	case least >= shortWait+g.t.Patience(stall):
		late.tries = 1
	case least < slow:
		late.tries = unsureTries
		late.Doing = fmt.Sprintf("was not seen to give up on any of them within %s milliseconds", milliseconds(slow))
	}
	return late
}
