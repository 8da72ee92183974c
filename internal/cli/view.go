package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
	"github.com/learnnet/learnnet/internal/tui"
)

// errLeft is why a run ended whose view was left.
var errLeft = errors.New("the view was left")

// viewRun plays a run under a full-screen view and returns what happened and
// where.
func viewRun(ctx context.Context, a *app, o runOptions, f faults, r liveRun) (events []trace.Event, where lab.Isolation, err error) {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	h := holdRun(running, f, o)
	opened := make(chan *lab.Lab, 1)
	h.options.OnLab = func(in *lab.Lab) { h.control.Watch(in.Look); tellFaults(a, o.wireOptions, f, in); opened <- in }
	played := make(chan error, 1)
	go func() { played <- a.guard(func() error { return r.play(running, h.options) }) }()
	var in *lab.Lab
	select {
	case in = <-opened:
	case err := <-played:
		return nil, "", r.explain(ctx, err, nil)
	}
	kept := &faultFile{a: a, control: h.control, before: f.given(),
		again: "learnnet " + r.name + o.again(f.seed), behind: r.behind}
	err = tui.Run(ctx, viewOptions(a, o, f, r, h, in, kept))
	stop(errLeft)
	ended := <-played
	if kept.path != "" {
		a.Printf("What you did to the wire is in %s. To have it again: %s\n", a.here(kept.path), kept.command())
	}
	tellCalls(a, in)
	events = h.options.Timeline.Events()
	switch {
	case errors.Is(err, tui.ErrInterrupted):
		err = errInterrupted
	case err != nil || errors.Is(ended, errLeft):
	case ended != nil && (o.step || len(h.control.Script()) > 0):
		// That is what comes of it, and has been seen.
		a.Printf("The run did not come to its end: %v\n", ended)
	default:
		err = r.explain(ctx, ended, events)
	}
	return events, in.Isolation(), err
}

func viewOptions(a *app, o runOptions, f faults, r liveRun, h *held, in *lab.Lab, kept *faultFile) tui.Options {
	look := ladderOptions(a, in.Isolation(), 0, o.ascii)
	title := r.name
	if f.seed != 0 {
		title += fmt.Sprintf(" --seed %d", f.seed)
	}
	view := tui.Options{Title: title, Names: look.Names, Relay: look.Relay, Timeline: h.options.Timeline,
		Control: h.control, Save: kept.save, In: a.In, Out: a.Out, Color: a.Color, ASCII: o.ascii}
	if r.typed {
		view.Type, view.EndInput = h.input, h.endInput
	}
	if in.Isolation() == lab.Loopback {
		view.Control = nil
		// In few words: it stands on one line. More is said when the view is left.
		view.Note = "On the loopback a relay shows what is sent, but no frames, calls and states."
		if r.instead != "" {
			view.Note += " " + r.instead + " shows a recording."
		}
	}
	return view
}

// held is a run that a control can hold.
type held struct {
	control *step.Control
	options demo.Options

	mu       sync.Mutex
	programs map[trace.Host]*lab.Process // those started last
}

// holdRun makes the options of a run that can be held. What is held when the
// programs are done may still go on.
func holdRun(ctx context.Context, f faults, o runOptions) *held {
	h := &held{control: step.New(o.step), programs: make(map[trace.Host]*lab.Process)}
	// A lab can't close while a frame is held.
	holding, release := context.WithCancel(ctx)
	h.options = demo.Options{Timeline: trace.New(), States: true, Patient: true, Plan: f.drawn,
		Over:  func(under lab.Plan) lab.Plan { return h.control.Plan(holding, f.over(under)) },
		Calls: &lab.Calls{All: o.allCalls, Hold: h.control.Hold},
		OnStart: func(p *lab.Process) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.programs[p.Host().Name()] = p
		},
		OnEnd: func(ctx context.Context, err error) {
			defer release()
			if err == nil {
				h.control.Settle(ctx)
			}
		}}
	return h
}

var errNoProgram = errors.New("no program runs there")

func (h *held) program(on trace.Host) (*lab.Process, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.programs[on]; p != nil {
		return p, nil
	}
	return nil, errNoProgram
}

// input gives a line to the program on a host.
func (h *held) input(on trace.Host, line string) error {
	p, err := h.program(on)
	if err == nil {
		err = p.Input([]byte(line))
	}
	return err
}

func (h *held) endInput(on trace.Host) error {
	p, err := h.program(on)
	if err == nil {
		err = p.CloseInput()
	}
	return err
}

// A faultFile is where what was done to the wire by hand is kept.
type faultFile struct {
	a       *app
	control *step.Control
	before  lab.Script // from the file that this run was given
	again   string     // the command that has all again, up to the file
	behind  string     // and behind it
	path    string     // empty until something is kept
}

// command returns the command that has all again.
func (f *faultFile) command() string {
	return f.again + " --faults " + quoted(f.a.here(f.path)) + f.behind
}

// save writes the script to a new file in the current folder, or to the one
// that it made before.
func (f *faultFile) save() (string, error) {
	file, err := f.create()
	if err != nil {
		return "", fmt.Errorf("keep what you did to the wire: %w", err)
	}
	err = errors.Join(append(slices.Clone(f.before), f.control.Script()...).Write(file), file.Close())
	if err != nil {
		return "", fmt.Errorf("keep what you did to the wire: %w", err)
	}
	return "kept; to have it again: " + f.command(), nil
}

func (f *faultFile) create() (*os.File, error) {
	if f.path != "" {
		return os.Create(f.path)
	}
	for n := 1; ; n++ {
		name := "faults.jsonl"
		if n > 1 {
			name = fmt.Sprintf("faults-%d.jsonl", n)
		}
		path := filepath.Join(f.a.dir, name)
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, os.ErrExist) {
			if err == nil {
				f.path = path
			}
			return file, err
		}
	}
}
