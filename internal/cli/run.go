package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// runOptions say how two programs at work are watched.
type runOptions struct {
	wireOptions
	script   string // file with what the wire is to do, frame by frame
	step     bool
	plain    bool
	allCalls bool
	onlyWire bool
}

func (o *runOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.script, "faults", "", "do to the frames of this run what this `file` says: what you did by hand, as w in the view wrote it")
	f.BoolVar(&o.step, "step", false, "hold the run at each call and each frame until you let it go on")
	f.BoolVar(&o.plain, "plain", false, "draw the ladder as text instead of the view on the whole screen")
	f.BoolVar(&o.allCalls, "all-calls", false, "show pollers too, and what runtimes call for themselves")
	f.BoolVar(&o.onlyWire, "wire", false, "the ladder as text, with frames and what programs print alone")
	o.wireOptions.flags(cmd)
}

// A liveRun is two programs to be played.
type liveRun struct {
	name   string // the command behind "learnnet" that plays it
	behind string // what stands behind its flags
	title  string // of pages and pictures
	play   func(ctx context.Context, o demo.Options) error
	// explain says what an error of play means. The events are those so far.
	explain func(ctx context.Context, err error, events []trace.Event) error
	typed   bool   // a person may type to the programs
	instead string // the command that shows the like where there are no two hosts; may be empty
}

// viewed reports whether a run is to be shown on the whole screen.
func (o *runOptions) viewed(a *app) bool {
	return a.InTerminal && a.OutTerminal && !o.plain && !o.onlyWire && !o.json && o.width == 0
}

// watchRun plays a run, on the whole screen or drawn as text, and writes the
// files that are asked for.
func watchRun(ctx context.Context, a *app, o runOptions, r liveRun) error {
	show := textRun
	if o.viewed(a) {
		show = viewRun
	} else if o.step {
		return errors.New("--step needs a terminal to show the run on, and no --plain, --wire, --json or --width")
	}
	f, err := o.faults()
	if err != nil {
		return err
	}
	exports, err := createExports(o.exports())
	if err != nil {
		return err
	}
	begin := time.Now()
	events, kind, err := show(ctx, a, o, f, r)
	if kind == lab.TwoHosts {
		tellUnmet(a, o.script, f)
	}
	look := ladderOptions(a, kind, o.width, o.ascii)
	look.Title = r.title
	return errors.Join(err, writeExports(exports, recording{events, begin, look}))
}

// faults are what the wire is to do.
type faults struct {
	drawn  lab.Plan    // by chance; nil for nothing
	seed   uint64      // that it is drawn from; 0 if nothing is
	player *lab.Player // of a script, frame by frame and over all else; nil if there is none
}

func (o *runOptions) faults() (f faults, err error) {
	f.drawn = o.plan()
	if o.drawsFaults() {
		f.seed = o.seed
	}
	if o.script == "" {
		return f, nil
	}
	file, err := os.Open(o.script)
	if err != nil {
		return f, fmt.Errorf("read fault plan: %w", err)
	}
	defer file.Close()
	script, err := lab.ReadScript(file)
	if err != nil {
		return f, fmt.Errorf("%s: %w", o.script, err)
	}
	f.player = script.Player()
	return f, nil
}

// given returns the script, or nil.
func (f faults) given() lab.Script {
	if f.player == nil {
		return nil
	}
	return f.player.Script
}

// over returns under with the script over it; nil if neither does anything.
func (f faults) over(under lab.Plan) lab.Plan {
	if f.player == nil {
		return under
	}
	return f.player.Plan(under)
}

// textRun plays a run, drawing it as it happens, and returns what happened and
// where.
func textRun(ctx context.Context, a *app, o runOptions, f faults, r liveRun) (events []trace.Event, where lab.Isolation, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	timeline := trace.New()
	opened := make(chan lab.Isolation, 1)
	drawn := make(chan error, 1)
	go func() {
		err := a.guard(func() error { return drawTimeline(ctx, a, o.wireOptions, !o.onlyWire, timeline, opened) })
		if err != nil {
			stop(err) // nobody watches any more
		}
		drawn <- err
	}()
	var in *lab.Lab
	options := demo.Options{Plan: f.drawn, Over: f.over, Timeline: timeline,
		OnLab: func(opens *lab.Lab) {
			in = opens
			tellFaults(a, o.wireOptions, f, in)
			if r.instead != "" && in.Isolation() == lab.Loopback {
				a.Warnf("\"%s\" shows a run on two hosts", r.instead)
			}
			where = in.Isolation()
			opened <- where
		},
		OnStart: func(p *lab.Process) { feed(a, r, p) }}
	if !o.onlyWire {
		options.States, options.Calls = true, &lab.Calls{All: o.allCalls}
	}
	err = r.play(ctx, options)
	if drawing := <-drawn; err == nil {
		err = drawing
	}
	tellCalls(a, in)
	tellUnrecorded(a, timeline)
	return timeline.Events(), where, r.explain(ctx, err, timeline.Events())
}

// feed gives our standard input, if it is no terminal, to the client, and ends
// that of all others: nobody can type to them.
func feed(a *app, r liveRun, p *lab.Process) {
	if !r.typed {
		return
	}
	go func() {
		if p.Host().Name() == trace.Client && !a.InTerminal {
			buf := make([]byte, 4096)
			for {
				n, err := a.In.Read(buf)
				if n > 0 && p.Input(buf[:n]) != nil {
					return // it has ended, or reads no more
				}
				if err != nil {
					break
				}
			}
		}
		_ = p.CloseInput() // fails if it has ended
	}()
}

// disturbed reports whether the wire did anything to a frame.
func disturbed(events []trace.Event) bool {
	return slices.ContainsFunc(events, func(e trace.Event) bool {
		return e.Frame != nil && (e.Frame.Fate != trace.Delivered || e.Frame.Held > 0)
	})
}

// tellLab says in one line what is missing where there are no two hosts.
func tellLab(a *app, kind lab.Isolation, missing string) {
	if kind == lab.Loopback {
		a.Warnf("on the loopback, without a wire to see: %s; \"learnnet doctor\" helps", missing)
	}
}

// tellRelay is tellLab for a run, whose programs talk through a relay there.
func tellRelay(a *app, in *lab.Lab) {
	if in.Isolation() == lab.Loopback {
		a.Warnf("on the loopback: learnnet's relay shows what both sides send, but no frames, calls and states: %s; \"learnnet doctor\" helps", in.Missing())
	}
}

// tellFaults says of a run's lab what can't be had in it, and what the faults
// are drawn from.
func tellFaults(a *app, o wireOptions, f faults, in *lab.Lab) {
	tellRelay(a, in)
	loopback := in.Isolation() == lab.Loopback
	if o.pcapng != "" && loopback {
		a.Warnf("there are no frames to write: %s will hold none", o.pcapng)
	}
	if (f.drawn != nil || f.player != nil) && loopback {
		a.Warnf("there is no wire to disturb: the programs run without faults")
	} else if f.seed != 0 {
		a.Warnf("the wire's faults are drawn from --seed %d", f.seed)
	}
}

// tellUnmet says which faults of a file had nothing to be done to.
func tellUnmet(a *app, file string, f faults) {
	if f.player == nil {
		return
	}
	if unmet := f.player.Unmet(); len(unmet) > 0 {
		first := unmet[0]
		a.Warnf("%s: %d of %d faults met no frame; the first is for %v, which did not come this time",
			file, len(unmet), len(f.player.Script), first.Frame)
	}
}

// tellCalls says why a run on two hosts has no socket calls. The loopback never
// has any, which tellRelay is about.
func tellCalls(a *app, in *lab.Lab) {
	if in == nil {
		return
	}
	if err := in.CallsMissing(); err != nil && in.Isolation() == lab.TwoHosts {
		a.Warnf("without the programs' socket calls: %v", err)
	}
}
