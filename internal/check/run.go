package check

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/program"
)

// Options say how to run a check. The zero Options are fine.
type Options struct {
	// Seed draws the inputs; 0 takes one by chance. The report names it.
	Seed uint64
	// Isolation, if set, refuses the other kind of lab.
	Isolation lab.Isolation
	// Cache is the folder for what is built; empty means the user's cache.
	Cache string
	// OnStep, if set, is told about each step as it is decided.
	OnStep func(StepReport)
	// OnLab, if set, is told once which kind of lab is used, and in one line
	// what is missing if it is not two hosts.
	OnLab func(kind lab.Isolation, missing string)
}

// Run checks the programs in dir, the folder that holds the roles. It returns
// an error only when ctx is done first or dir can't be read; whatever else
// goes wrong is in the report. Steps decided before an error are in the report.
//
// Steps are played side by side, each in a lab that no other step uses at the
// same time, and reported in the suite's order. On the loopback, where labs
// share one machine, they are played one after another.
func Run(ctx context.Context, suite Suite, dir string, o Options) (Report, error) {
	if o.Seed == 0 {
		o.Seed = uint64(rand.Uint32()) + 1 // short enough to be typed
	}
	// Whatever ends the check early ends everything that still runs for it.
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &run{suite: suite, options: o, begin: time.Now(),
		report: Report{Exercise: suite.Exercise, Seed: o.Seed, Languages: map[string]program.Language{}},
		labs:   openLabs(ctx, o.Isolation, sideBySide(suite.Steps))}
	defer r.labs.close()

	if err := r.prepare(ctx, dir); err != nil {
		cancel(err)
		return r.report, err
	}
	first, err := r.labs.first()
	if ctx.Err() != nil {
		return r.report, context.Cause(ctx)
	}
	r.report.Phases.Build = milliseconds(time.Since(r.begin))
	if err == nil {
		r.report.Isolation = first.lab.Isolation()
		if o.OnLab != nil {
			o.OnLab(first.lab.Isolation(), first.lab.Missing())
		}
	}
	r.report.Steps = r.playAll(ctx, err)
	r.report.sum()
	if ctx.Err() != nil {
		return r.report, context.Cause(ctx)
	}
	return r.report, nil
}

type run struct {
	pace    pace
	suite   Suite
	options Options
	begin   time.Time
	labs    *labs

	commands map[string]program.Command
	unfit    map[string]error // roles that can't be run: why; a Cause if theirs

	mu     sync.Mutex // guards report while steps are played
	report Report
}

// prepare finds and builds the programs, while the labs open.
func (r *run) prepare(ctx context.Context, dir string) error {
	r.commands, r.unfit = make(map[string]program.Command), make(map[string]error)
	var (
		mu sync.Mutex
		wg sync.WaitGroup
	)
	for _, role := range r.suite.Roles {
		wg.Go(func() {
			lang, cmd, err := prepareRole(ctx, dir, role, r.options.Cache)
			mu.Lock()
			defer mu.Unlock()
			if lang != "" {
				r.report.Languages[role] = lang
			}
			if err != nil {
				r.unfit[role] = err
				return
			}
			r.commands[role] = cmd
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

func prepareRole(ctx context.Context, dir, role, cache string) (program.Language, program.Command, error) {
	p, err := program.Find(dir, role)
	var missing *program.NotFoundError
	var ambiguous *program.AmbiguousError
	if errors.As(err, &missing) || errors.As(err, &ambiguous) {
		return "", program.Command{}, NotFound{Role: role, Err: err}
	}
	if err != nil {
		return "", program.Command{}, err
	}
	cmd, err := p.Prepare(ctx, cache)
	var build *program.BuildError
	if errors.As(err, &build) {
		err = BuildFailed{Role: role, Output: build.Output}
	}
	return p.Language, cmd, err
}

// floodFrames is far more than any step makes cross the wire.
const floodFrames = 100_000

// play plays step number i of the suite in a lab and returns its report.
func (r *run) play(ctx context.Context, i int, in *openLab) StepReport {
	s := r.suite.Steps[i]
	report := newStepReport(s)
	stepCtx, cancel := context.WithTimeoutCause(ctx, stepCap, fmt.Errorf("the step took more than %v", stepCap))
	defer cancel()
	stepCtx, stop := context.WithCancelCause(stepCtx)
	t := &T{ctx: stepCtx, step: s, lab: in.lab, commands: r.commands,
		rng: stepRand(r.options.Seed, s.Name), ports: r.portsOf(i), pace: &r.pace}
	from := in.timeline.Len()
	before := in.lab.WireStats()
	begin := time.Now()
	watching, unwatch := context.WithCancel(stepCtx)
	go t.watchCrowds(watching, stop)
	report.Verdict, report.Err = t.play()
	unwatch()
	in.lab.SetPlan(nil) // the step may have disturbed the wire
	took := time.Since(begin)
	r.mu.Lock()
	r.report.Phases.Check += milliseconds(took - t.starting)
	r.report.Phases.Start += milliseconds(t.starting)
	r.mu.Unlock()
	report.Events = in.timeline.From(from)
	report.Transcript = transcript(report.Events)
	after := in.lab.WireStats()
	lost, frames := after.Missed-before.Missed, after.Frames-before.Frames+after.Missed-before.Missed
	switch {
	case lost == 0 || report.Verdict != Failed:
	case frames > floodFrames:
		report.Err = Flooded{Role: s.Role, Frames: frames}
	default:
		report.Verdict = Broken
		report.Err = fmt.Errorf("this machine was too busy: %s got lost on the wire; check again", count(int(lost), "frame"))
	}
	report.Cause = reportCause(report.Err)
	if report.Cause != nil {
		report.Hint = s.Causes[report.Cause.Kind]
	}
	if report.Verdict == Passed {
		report.Points = s.Points
	}
	return report
}

// Ports are drawn from those below the range that Linux hands out by itself.
const (
	firstPort = 10_000
	portCount = 20_000
)

// portsOf returns the source of ports of step number i, which depends on the
// seed and the step alone: from a range that is the step's own, none of them
// twice. The first of all is the suite's own port.
func (r *run) portsOf(i int) func() uint16 {
	most := portCount / len(r.suite.Steps)
	drawn := stepRand(r.options.Seed, "ports of "+r.suite.Steps[i].Name).Perm(most)
	next := 0
	own := i == 0 && r.suite.Port != 0
	return func() uint16 {
		if own {
			own = false
			return r.suite.Port
		}
		port := uint16(firstPort + i*most + drawn[next%most])
		next++
		return port
	}
}
