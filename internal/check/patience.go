package check

import (
	"sync"
	"time"
)

// A pace is how slow this machine is at the moment, as far as a check has seen.
type pace struct {
	mu      sync.Mutex
	slowest time.Duration // a program took from its start to its first sign of life
}

func (p *pace) saw(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slowest = max(p.slowest, took)
}

// Patience returns least, or more on a busy machine: four times what the
// slowest of the check's programs has taken so far from its start to its first
// sign of life. It is for what a step does against the clock: how long a program
// is told to wait for the checker, and how late it may be.
func (t *T) Patience(least time.Duration) time.Duration {
	t.pace.mu.Lock()
	defer t.pace.mu.Unlock()
	return max(least, 4*t.pace.slowest.Round(time.Millisecond))
}

// lives says that the program has shown a sign of life.
func (p *Process) lives() {
	p.alive.Do(func() { p.t.pace.saw(time.Since(p.begun)) })
}
