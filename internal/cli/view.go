package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
	"github.com/learnnet/learnnet/internal/tui"
)

// errLeft is why a run ended whose view was left.
var errLeft = errors.New("the view was left")

// viewDemo plays a lesson's demo under a full-screen view and returns what
// happened and where.
func viewDemo(ctx context.Context, a *app, l *course.Lesson, o demoOptions, f faults) (events []trace.Event, where lab.Isolation, err error) {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	control := step.New(o.step)
	timeline := trace.New()
	opened := make(chan *lab.Lab, 1)
	played := make(chan error, 1)
	go func() {
		played <- a.guard(func() error {
			return playHeld(running, l, control, f, demo.Options{Language: o.language, Timeline: timeline,
				Calls: &lab.Calls{All: o.allCalls, Hold: control.Hold},
				OnLab: func(in *lab.Lab) { control.Watch(in.Look); tellFaults(a, o, f, in); opened <- in }})
		})
	}()
	var in *lab.Lab
	select {
	case in = <-opened:
	case err := <-played:
		return nil, "", explain(ctx, l, err, nil)
	}
	kept := &faultFile{a: a, control: control, before: f.script, again: o.again(f)}
	look := ladderOptions(a, in.Isolation(), 0, o.ascii)
	view := tui.Options{Title: f.title("demo of " + l.Slug), Names: look.Names, NoWire: look.NoWire, Timeline: timeline,
		Control: control, Save: kept.save, In: a.In, Out: a.Out, Color: a.Color, ASCII: o.ascii}
	if in.Isolation() == lab.Loopback {
		view.Control = nil
		view.Note = "On the loopback there are no calls and frames to see or hold: learnnet doctor says how to have them."
	}
	err = tui.Run(ctx, view)
	stop(errLeft)
	ended := <-played
	if kept.path != "" {
		a.Printf("What you did to the wire is in %s. To have it again: %s\n", a.here(kept.path), kept.command())
	}
	tellCalls(a, in)
	switch {
	case errors.Is(err, tui.ErrInterrupted):
		err = errInterrupted
	case err != nil || errors.Is(ended, errLeft):
	case ended != nil && (o.step || len(control.Script()) > 0):
		// That is what comes of it, and has been seen.
		a.Printf("The demo did not come to its end: %v\n", ended)
	default:
		err = explain(ctx, l, ended, timeline.Events())
	}
	return timeline.Events(), in.Isolation(), err
}

// playHeld plays a lesson's demo so that control can hold it. What control
// holds when the demo is at its end may still go on.
func playHeld(ctx context.Context, l *course.Lesson, control *step.Control, f faults, o demo.Options) error {
	// A lab can't close while a frame is held.
	holding, release := context.WithCancel(ctx)
	defer release()
	d := l.Source.Lesson.Demo
	play := d.Play
	d.Play = func(ctx context.Context, s *demo.Stage) error {
		defer release()
		err := play(ctx, s)
		if err == nil {
			control.Settle(ctx)
		}
		return err
	}
	o.Lesson, o.Plan, o.States, o.Patient = l.Slug, f.drawn, true, true
	o.Over = func(under lab.Plan) lab.Plan { return control.Plan(holding, f.over(under)) }
	return demo.Play(ctx, d, o)
}

// A faultFile is where what was done to the wire by hand is kept.
type faultFile struct {
	a       *app
	control *step.Control
	before  lab.Script // from the file that this run was given
	again   string     // the command that has all again, but for the file's name
	path    string     // empty until something is kept
}

// command returns the command that has all again.
func (f *faultFile) command() string { return f.again + quoted(f.a.here(f.path)) }

// again returns the command that plays the demo as it was played, up to the name
// of the file with what was done by hand.
func (o *demoOptions) again(f faults) string {
	text := "learnnet demo " + o.lesson
	if o.language != "" {
		text += " --lang " + o.language
	}
	for _, r := range []struct {
		flag string
		rate float64
	}{{"loss", o.rates.Loss}, {"reorder", o.rates.Reorder}, {"duplicate", o.rates.Duplicate}} {
		if r.rate > 0 {
			text += fmt.Sprintf(" --%s %v", r.flag, r.rate)
		}
	}
	if f.seed != 0 {
		text += fmt.Sprintf(" --seed %d", f.seed)
	}
	if o.rates.Delay > 0 {
		text += fmt.Sprintf(" --delay %v", o.rates.Delay)
	}
	return text + " --faults "
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
