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
// has had time to arrive, or when nothing can go on.
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
				if stuck.sample(p.t) {
					cancel()
					return
				}
			}
		}
	}()
	return ctx, cancel
}

// stuckness decides whether what a program owes can't come any more: all
// programs of the step wait for outside events, none is under way
// (lab.Doing.Forever), and nothing of this changes over several samples. The
// checker, the only other party, is just waiting.
type stuckness struct {
	events  int
	doing   string
	samples int
}

func (s *stuckness) sample(t *T) bool {
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
