package check

import (
	"context"
	"slices"
	"syscall"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

const (
	// A program counts as stuck when it is seen unable to go on by itself
	// this often in a row, this far apart.
	stuckSamples = 6
	stuckPause   = 100 * time.Millisecond
	// What a program sent last, before it ended, counts as arrived when
	// nothing more is seen on its way this often in a row, this far apart.
	lastSamples = 3
	lastPause   = 20 * time.Millisecond
	// crossingTime is how long that is waited for where nobody can tell what is
	// on its way.
	crossingTime = 500 * time.Millisecond
)

// wait returns a context for one wait for something that p owes. It ends
// early when it can't come any more: when p has ended and what it sent last
// has arrived, or when nothing can go on. What p owes comes out of its output,
// or of one of the checker's own sockets, which from names: as long as something
// lies there that the checker has not taken yet, it is not too late.
func (p *Process) wait(from ...any) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(p.t.ctx, waitCap)
	arrived := func() bool { return p.proc.OutputWaits() || slices.ContainsFunc(from, readable) }
	go func() {
		tick := time.NewTicker(stuckPause)
		defer tick.Stop()
		var stuck stuckness
		for {
			select {
			case <-ctx.Done():
				return
			case <-p.proc.Done():
				p.awaitLast(ctx, arrived)
				cancel()
				return
			case <-tick.C:
				if stuck.sample(p.t, arrived) {
					cancel()
					return
				}
			}
		}
	}()
	return ctx, cancel
}

// readable is lab.Readable for a net.Conn and its like.
func readable(socket any) bool {
	c, ok := socket.(syscall.Conn)
	return ok && lab.Readable(c)
}

// awaitLast waits until all that p, which has ended, had sent is where the
// checker takes it from, and taken.
func (p *Process) awaitLast(ctx context.Context, arrived func() bool) {
	tick := time.NewTicker(lastPause)
	defer tick.Stop()
	for ended, calm := time.Now(), 0; calm < lastSamples; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// In this order: what is not on its way any more has arrived.
		if p.sends(ended) || arrived() {
			calm = 0
			continue
		}
		calm++
	}
}

// sends reports whether something that p sent before it ended may still be on
// its way: in the kernel of its host, which keeps what is not acknowledged, or
// between the hosts.
func (p *Process) sends(ended time.Time) bool {
	rest, known := p.t.lab.AtRest()
	if !known {
		return time.Since(ended) < crossingTime
	}
	left, err := p.host.Sockets()
	return !rest || err == nil && slices.ContainsFunc(left, func(s trace.Socket) bool {
		return s.Network == "tcp" && s.Inode == 0 && s.SendQ > 0
	})
}

// stuckness decides whether what a program owes can't come any more: all
// programs of the step wait for outside events, none is under way
// (lab.Doing.Forever), nothing of this changes over several samples, and nothing
// has arrived. The checker, the only other party, is just waiting.
type stuckness struct {
	events  int
	doing   string
	samples int
}

func (s *stuckness) sample(t *T, arrived func() bool) bool {
	t.mu.Lock()
	started := t.started
	t.mu.Unlock()
	var doing string
	for _, p := range started {
		select {
		case <-p.proc.Done():
			continue
		default:
		}
		d := p.proc.Doing()
		if !d.Forever {
			s.samples = 0
			return false
		}
		doing += d.String() + "\n"
	}
	if arrived() {
		s.samples = 0
		return false
	}
	if events := t.lab.Timeline().Len(); events != s.events || doing != s.doing {
		s.events, s.doing, s.samples = events, doing, 0
	}
	s.samples++
	return s.samples >= stuckSamples
}

// until makes a socket's blocking calls end with ctx: they then fail with
// os.ErrDeadlineExceeded. Call the function it returns before the next use.
func until(ctx context.Context, setDeadline func(time.Time) error) (release func()) {
	// Setting a deadline fails only on a closed socket, and then so do the calls.
	_ = setDeadline(time.Time{})
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		_ = setDeadline(time.Unix(1, 0))
	})
	return func() {
		if !stop() {
			<-ended
		}
	}
}
