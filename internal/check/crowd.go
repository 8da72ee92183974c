package check

import (
	"context"
	"slices"
	"time"
)

// mostProcesses is how many processes a program may have at once: far more than
// any exercise needs, and fewer than what stops this machine.
const mostProcesses = 256

// A program that forks without end has hundreds of processes within a second;
// nearly all steps are over before the first look.
const crowdEvery = 500 * time.Millisecond

// watchCrowds ends the step, through fail, when one of its programs has more
// than mostProcesses. What it does until then is the step's to judge; after it
// nobody on this machine would get much done. It returns when ctx is done.
func (t *T) watchCrowds(ctx context.Context, fail context.CancelCauseFunc) {
	tick := time.NewTicker(crowdEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		t.mu.Lock()
		started := slices.Clone(t.started)
		t.mu.Unlock()
		for _, p := range started {
			if crowd := p.proc.Members(); len(crowd) > mostProcesses {
				fail(TooManyProcesses{Role: p.Role, Processes: crowd})
				return
			}
		}
	}
}
