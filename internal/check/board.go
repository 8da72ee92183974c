package check

import (
	"context"
	"sync"
)

// playAll plays the steps and returns their reports in the suite's order, up
// to the first that a cancelled ctx left undecided. labErr is why there is no
// lab to play them in.
func (r *run) playAll(ctx context.Context, labErr error) []StepReport {
	b := &board{steps: r.suite.Steps, reports: make([]*StepReport, len(r.suite.Steps)),
		taken: make([]bool, len(r.suite.Steps)), onStep: r.options.OnStep}
	b.changed.L = &b.mu
	r.reportUnfit(b)
	if labErr != nil {
		for i, ok := b.take(ctx); ok; i, ok = b.take(ctx) {
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
				return // the first lab is enough
			}
			for i, ok := b.take(ctx); ok; i, ok = b.take(ctx) {
				report := r.play(ctx, i, in)
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
		b.put(i, report)
	}
}

func newStepReport(s Step) StepReport {
	return StepReport{Name: s.Name, Title: s.Title, Role: s.Role, MaxPoints: s.Points,
		Rationale: s.Rationale, Transcript: []string{}}
}

// A board is where those who play a check's steps take them from and put what
// came of them.
type board struct {
	steps  []Step
	onStep func(StepReport) // told in the suite's order, one at a time; may be nil

	mu      sync.Mutex
	changed sync.Cond // a step was put, or the check was given up
	taken   []bool
	reports []*StepReport
	told    int // reports before this index have been told to onStep
	ended   bool
}

// take waits for a step that can be played now and returns its number; false
// means that there is none left. Steps that build on one that did not pass are
// put as skipped.
func (b *board) take(ctx context.Context) (int, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.ended && ctx.Err() == nil {
		i, state := b.next()
		switch state {
		case playable:
			b.taken[i] = true
			return i, true
		case doomed:
			report := newStepReport(b.steps[i])
			report.Verdict = Skipped
			b.putLocked(i, report)
		case waiting:
			b.changed.Wait() // whoever plays the step waited for puts it or gives up
		case none:
			return 0, false
		}
	}
	return 0, false
}

type stepState int

const (
	none    stepState = iota // everything is taken
	waiting                  // for a step that is being played
	doomed                   // builds on a step that did not pass
	playable
)

// next returns the step to do something about: the first that can be played of
// a role that nobody plays at the moment, else the first at all. So the roles'
// steps go on side by side, and a chain of one that mostly waits doesn't come
// last.
func (b *board) next() (int, stepState) {
	busy := make(map[string]bool) // roles
	for i, s := range b.steps {
		if b.taken[i] && b.reports[i] == nil {
			busy[s.Role] = true
		}
	}
	first, state := 0, none
	for i, s := range b.steps {
		if b.taken[i] || b.reports[i] != nil {
			continue
		}
		switch ready := b.readiness(s); {
		case ready == doomed, ready == playable && !busy[s.Role]:
			return i, ready
		case ready == playable && state != playable:
			first, state = i, playable
		case state == none:
			state = waiting
		}
	}
	return first, state
}

// readiness looks at the steps that s builds on, which stand before it.
func (b *board) readiness(s Step) stepState {
	state := playable
	for _, name := range s.After {
		for i, before := range b.steps {
			switch {
			case before.Name != name:
			case b.reports[i] == nil:
				state = waiting
			case b.reports[i].Verdict != Passed:
				return doomed
			}
		}
	}
	return state
}

// put hands in the report of step number i.
func (b *board) put(i int, report StepReport) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.putLocked(i, report)
}

func (b *board) putLocked(i int, report StepReport) {
	b.reports[i] = &report
	for ; b.told < len(b.reports) && b.reports[b.told] != nil; b.told++ {
		if b.onStep != nil {
			b.onStep(*b.reports[b.told])
		}
	}
	b.changed.Broadcast()
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
