package check

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// playAll plays the steps and returns their reports in the suite's order, up
// to the first that a cancelled ctx left undecided. labErr is why there is no
// lab to play them in.
func (r *run) playAll(ctx context.Context, labErr error) []StepReport {
	b := newBoard(r.suite.Steps, len(r.labs.opening), r.options.OnStep)
	r.reportUnfit(b)
	if labErr != nil {
		for i, _, ok := b.take(ctx); ok; i, _, ok = b.take(ctx) {
			report := newStepReport(b.steps[i])
			report.Verdict, report.Err = Broken, labErr
			report.Cause = reportCause(labErr)
			b.put(i, report)
		}
		return b.inOrder()
	}
	var wg sync.WaitGroup
	for n := range r.labs.opening {
		wg.Go(func() {
			in, err := r.labs.get(n)
			if err != nil {
				b.leave() // the first lab is enough
				return
			}
			defer in.lab.Close() // while others still play
			for i, its, ok := b.take(ctx); ok; i, its, ok = b.take(ctx) {
				report := r.play(its, i, in)
				if ctx.Err() != nil {
					b.abandon()
					return
				}
				b.put(i, report)
			}
		})
	}
	wg.Wait()
	return b.inOrder()
}

// reportUnfit reports each program that can't be run, once, at the first step
// that is about it; its other steps are skipped.
func (r *run) reportUnfit(b *board) {
	told := make(map[string]bool)
	for i, s := range b.steps {
		err := r.unfit[s.Role]
		if err == nil {
			continue
		}
		report := newStepReport(s)
		report.Verdict = Skipped
		if !told[s.Role] {
			told[s.Role] = true
			report.Verdict, report.Err = Broken, err
			if _, ok := err.(Cause); ok {
				report.Verdict = Failed
			}
			report.Cause = reportCause(err)
			report.Hint = s.Causes[report.Cause.Kind]
		}
		b.reports[i] = &report
	}
	b.decide()
}

func newStepReport(s Step) StepReport {
	return StepReport{Name: s.Name, Title: s.Title, Role: s.Role, MaxPoints: s.Points,
		Rationale: s.Rationale, Transcript: []string{}}
}

// A board is where those who play a check's steps take them from and put what
// came of them.
type board struct {
	steps   []Step
	ahead   []ahead          // of each step
	players int              // who take steps, at most
	onStep  func(StepReport) // told in the suite's order, one at a time; may be nil

	mu      sync.Mutex
	changed sync.Cond            // a step was taken or decided, or the check was given up
	cancels []context.CancelFunc // of each step that was taken
	played  []*StepReport        // what came of those that were played
	reports []*StepReport        // what was decided: played, and all that they build on passed
	told    int                  // reports before this index have been told to onStep
	ended   bool
}

func newBoard(steps []Step, players int, onStep func(StepReport)) *board {
	b := &board{steps: steps, ahead: waysAhead(steps), players: players, onStep: onStep,
		cancels: make([]context.CancelFunc, len(steps)),
		played:  make([]*StepReport, len(steps)), reports: make([]*StepReport, len(steps))}
	b.changed.L = &b.mu
	return b
}

// take waits for a step that can be played now and returns its number and its
// context; false means that there is none left. The context ends if the step
// turns out to build on one that did not pass: then it is reported as skipped,
// and what came of it is forgotten.
func (b *board) take(ctx context.Context) (int, context.Context, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.ended && ctx.Err() == nil {
		i, state := b.next()
		switch state {
		case playable, early:
			its, cancel := context.WithCancel(ctx)
			b.cancels[i] = cancel
			b.changed.Broadcast()
			return i, its, true
		case waiting:
			b.changed.Wait() // whoever plays the step waited for puts it or gives up
		case none:
			return 0, nil, false
		}
	}
	return 0, nil, false
}

type stepState int

const (
	none     stepState = iota // everything is taken
	waiting                   // builds on a step that nobody has taken
	early                     // builds on steps that have passed or are being played
	playable                  // builds on steps that have passed
	doomed                    // builds on a step that did not pass
)

// A candidate is a step that nobody has taken yet.
type candidate struct {
	number int
	state  stepState
	ahead
	beside int // steps of its role that are being played
}

// compare is negative if c comes before d: what leads to the longest wait comes
// first, so that the wait goes by while others work; then what builds on steps
// that have passed, so that little is played for nothing; then what leads to the
// most steps, which can't be played side by side; then the roles take turns, and
// all else goes in the suite's order.
func (c candidate) compare(d candidate) int {
	return cmp.Or(
		cmp.Compare(min(d.state, early), min(c.state, early)),
		cmp.Compare(d.wait, c.wait),
		cmp.Compare(d.state, c.state),
		cmp.Compare(d.steps, c.steps),
		cmp.Compare(c.beside, d.beside),
		cmp.Compare(c.number, d.number))
}

// next returns the step to do something about. One player at least is left for
// steps that don't wait, as long as there are any.
func (b *board) next() (int, stepState) {
	beside := make(map[string]int) // by role
	waiters := 0
	for i, s := range b.steps {
		if b.cancels[i] != nil && b.played[i] == nil {
			beside[s.Role]++
			if s.Waits > 0 {
				waiters++
			}
		}
	}
	best := candidate{state: none}
	for i, s := range b.steps {
		if b.cancels[i] != nil || b.reports[i] != nil {
			continue
		}
		c := candidate{number: i, state: b.readiness(s), ahead: b.ahead[i], beside: beside[s.Role]}
		if s.Waits > 0 && waiters >= b.players-1 {
			c.wait = -1
		}
		if best.state == none || c.compare(best) < 0 {
			best = c
		}
	}
	return best.number, best.state
}

// ahead is what a step leads to: the step itself, and those that build on it.
type ahead struct {
	wait  time.Duration // the longest
	steps int           // one after the other, at most
}

func waysAhead(steps []Step) []ahead {
	ways := make([]ahead, len(steps))
	for i := len(steps) - 1; i >= 0; i-- { // a step builds on those before it
		ways[i] = ahead{steps[i].Waits, 1}
		for j := i + 1; j < len(steps); j++ {
			if slices.Contains(steps[j].After, steps[i].Name) {
				ways[i].wait = max(ways[i].wait, ways[j].wait)
				ways[i].steps = max(ways[i].steps, 1+ways[j].steps)
			}
		}
	}
	return ways
}

// readiness looks at the steps that s builds on, which stand before it.
func (b *board) readiness(s Step) stepState {
	state := playable
	for _, name := range s.After {
		for i, before := range b.steps {
			switch {
			case before.Name != name:
			case b.reports[i] != nil && b.reports[i].Verdict != Passed:
				return doomed
			case b.reports[i] == nil && b.cancels[i] == nil:
				state = waiting
			case b.reports[i] == nil:
				state = min(state, early)
			}
		}
	}
	return state
}

// put hands in what came of step number i.
func (b *board) put(i int, report StepReport) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.played[i] = &report
	b.cancels[i]()
	b.decide()
	b.changed.Broadcast()
}

// decide decides each step that can be decided now, and tells of those whose
// turn it is.
func (b *board) decide() {
	for i, s := range b.steps {
		if b.reports[i] != nil {
			continue
		}
		switch b.readiness(s) {
		case doomed:
			report := newStepReport(s)
			report.Verdict = Skipped
			b.reports[i] = &report
			if b.cancels[i] != nil {
				b.cancels[i]()
			}
		case playable:
			b.reports[i] = b.played[i]
		}
	}
	for ; b.told < len(b.reports) && b.reports[b.told] != nil; b.told++ {
		if b.onStep != nil {
			b.onStep(*b.reports[b.told])
		}
	}
}

// leave says that there is one player less.
func (b *board) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.players--
}

// abandon ends the check for everyone who waits for a step.
func (b *board) abandon() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	b.changed.Broadcast()
}

// inOrder returns the reports before the first that is missing.
func (b *board) inOrder() []StepReport {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []StepReport
	for _, report := range b.reports {
		if report == nil {
			break
		}
		out = append(out, *report)
	}
	return out
}
