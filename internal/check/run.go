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
	"github.com/learnnet/learnnet/internal/trace"
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
func Run(ctx context.Context, suite Suite, dir string, o Options) (Report, error) {
	r := &run{suite: suite, options: o, used: map[uint16]bool{}}
	if o.Seed == 0 {
		r.options.Seed = uint64(rand.Uint32()) + 1 // short enough to be typed
	}
	r.report = Report{Exercise: suite.Exercise, Seed: r.options.Seed, Languages: map[string]program.Language{}}
	r.portSource = stepRand(r.options.Seed, "ports")

	if err := r.prepare(ctx, dir); err != nil {
		return r.report, err
	}
	if r.lab != nil {
		defer r.lab.Close()
	}
	err := r.steps(ctx)
	r.report.sum()
	return r.report, err
}

type run struct {
	suite    Suite
	options  Options
	report   Report
	lab      *lab.Lab
	labErr   error
	timeline *trace.Timeline
	commands map[string]program.Command
	unfit    map[string]error // roles that can't be run: why; a Cause if theirs

	portSource *rand.Rand
	used       map[uint16]bool
}

// prepare builds the programs and opens the lab, at the same time.
func (r *run) prepare(ctx context.Context, dir string) error {
	begin := time.Now()
	r.commands, r.unfit = make(map[string]program.Command), make(map[string]error)
	r.timeline = trace.New()
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
	wg.Go(func() {
		r.lab, r.labErr = lab.Open(ctx, lab.Config{Timeline: r.timeline, Isolation: r.options.Isolation})
	})
	wg.Wait()
	r.report.Phases.Build = milliseconds(time.Since(begin))
	if r.lab != nil {
		r.report.Isolation = r.lab.Isolation()
		if r.options.OnLab != nil {
			r.options.OnLab(r.lab.Isolation(), r.lab.Missing())
		}
	}
	if err := ctx.Err(); err != nil {
		if r.lab != nil {
			r.lab.Close()
		}
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

// steps plays the steps in order.
func (r *run) steps(ctx context.Context) error {
	passed := make(map[string]bool)
	told := make(map[string]bool) // roles whose unfitness has been reported
	for _, s := range r.suite.Steps {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		report := StepReport{Name: s.Name, Title: s.Title, Role: s.Role, MaxPoints: s.Points,
			Rationale: s.Rationale, Transcript: []string{}}
		unfit := r.unfit[s.Role]
		switch {
		case unfit != nil && told[s.Role], !allPassed(passed, s.After):
			report.Verdict = Skipped
		case unfit != nil:
			told[s.Role] = true
			report.Verdict, report.Err = Broken, unfit
			if _, ok := unfit.(Cause); ok {
				report.Verdict = Failed
			}
		case r.labErr != nil:
			report.Verdict, report.Err = Broken, r.labErr
		default:
			r.play(ctx, s, &report)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		report.Cause = reportCause(report.Err)
		if report.Cause != nil {
			report.Hint = s.Causes[report.Cause.Kind]
		}
		if report.Verdict == Passed {
			report.Points = s.Points
			passed[s.Name] = true
		}
		r.report.Steps = append(r.report.Steps, report)
		if r.options.OnStep != nil {
			r.options.OnStep(report)
		}
	}
	return nil
}

func allPassed(passed map[string]bool, names []string) bool {
	for _, n := range names {
		if !passed[n] {
			return false
		}
	}
	return true
}

// floodFrames is far more than any step makes cross the wire.
const floodFrames = 100_000

// play plays one step and fills in its report.
func (r *run) play(ctx context.Context, s Step, report *StepReport) {
	stepCtx, cancel := context.WithTimeoutCause(ctx, stepCap, fmt.Errorf("the step took more than %v", stepCap))
	defer cancel()
	t := &T{ctx: stepCtx, step: s, lab: r.lab, commands: r.commands,
		rng: stepRand(r.options.Seed, s.Name), ports: r.freshPort}
	from := r.timeline.Len()
	before := r.lab.WireStats()
	begin := time.Now()
	report.Verdict, report.Err = t.play()
	r.lab.SetPlan(nil) // the step may have disturbed the wire
	r.report.Phases.Check += milliseconds(time.Since(begin) - t.starting)
	r.report.Phases.Start += milliseconds(t.starting)
	report.Events = r.timeline.Events()[from:]
	report.Transcript = transcript(report.Events)
	after := r.lab.WireStats()
	lost, frames := after.Missed-before.Missed, after.Frames-before.Frames+after.Missed-before.Missed
	switch {
	case lost == 0 || report.Verdict != Failed:
	case frames > floodFrames:
		report.Err = Flooded{Role: s.Role, Frames: frames}
	default:
		report.Verdict = Broken
		report.Err = fmt.Errorf("this machine was too busy: %s got lost on the wire; check again", count(int(lost), "frame"))
	}
}

// freshPort returns the suite's own port first and then others by chance, none
// of them twice and all outside the range that Linux hands out by itself.
func (r *run) freshPort() uint16 {
	port := r.suite.Port
	for port == 0 || r.used[port] {
		port = uint16(10000 + r.portSource.IntN(20000))
	}
	r.used[port] = true
	return port
}
