package check

import (
	"context"
	"time"
)

const (
	// crossingTime is more than a frame can be under way in a lab whose
	// machine is busy.
	crossingTime = 500 * time.Millisecond
	// A program counts as stuck when it is seen unable to go on by itself
	// this often in a row, this far apart.
	stuckSamples = 6
	stuckPause   = 100 * time.Millisecond
)

// wait returns a context for one wait for something that p owes. It ends
// early when it can't come any more: when p has ended and what it sent last
// has had time to arrive, or when p is stuck.
func (p *Process) wait() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(p.t.ctx, waitCap)
	go func() {
		tick := time.NewTicker(stuckPause)
		defer tick.Stop()
		var stuck stuckness
		for {
			select {
			case <-ctx.Done():
				return
			case <-p.proc.Done():
				select {
				case <-ctx.Done():
				case <-time.After(crossingTime):
				}
				cancel()
				return
			case <-tick.C:
				if stuck.sample(p) {
					cancel()
					return
				}
			}
		}
	}()
	return ctx, cancel
}

// stuckness decides whether a program can't go on by itself any more: it waits
// for an outside event, none is under way (lab.Doing.Forever), and nothing of
// this changes over several samples. The checker, the only other party, is
// just waiting.
type stuckness struct {
	events  int
	doing   string
	samples int
}

func (s *stuckness) sample(p *Process) bool {
	doing := p.proc.Doing()
	events := p.t.lab.Timeline().Len()
	if !doing.Forever {
		s.samples = 0
		return false
	}
	if events != s.events || doing.String() != s.doing {
		s.events, s.doing, s.samples = events, doing.String(), 0
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
