package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
)

type demoOptions struct {
	lesson   string
	language string
	seed     uint64
	rates    lab.Rates
	json     bool
	pcapng   string
	svg      string
	html     string
	ascii    bool
	width    int
	step     bool
	plain    bool
	allCalls bool
	script   string
}

func newDemo(a *app) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo LESSON",
		Short: "Run the lesson's two programs, and see what crosses the wire",
		Example: "  learnnet demo sockets\n" +
			"  learnnet demo sockets --step\n" +
			"  learnnet demo udp-time --loss 30% --seed 7\n" +
			"  learnnet demo sockets --pcapng sockets.pcapng\n" +
			"  learnnet demo sockets --html sockets.html",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.lesson = args[0]
			for _, e := range o.exports() {
				if cmd.Flags().Changed(e.flag) && e.path == "" {
					return fmt.Errorf("--%s needs the name of a file to write to", e.flag)
				}
			}
			return runDemo(cmd.Context(), a, o)
		},
	}
	f := cmd.Flags()
	languageFlag(cmd, &o.language, "the programs' language, where the lesson has it", "go", "raw", "python")
	f.Uint64Var(&o.seed, "seed", 0, "draws the faults; the same seed gives the same ones")
	f.Var((*probability)(&o.rates.Loss), "loss", "how many frames the wire loses: 0.3, or 30%")
	f.DurationVar(&o.rates.Delay, "delay", 0, "how long it holds each frame: 20ms")
	f.Var((*probability)(&o.rates.Reorder), "reorder", "how many frames it lets the next one overtake")
	f.Var((*probability)(&o.rates.Duplicate), "duplicate", "how many frames it delivers twice")
	f.StringVar(&o.script, "faults", "", "do to the wire what this `file` says, which the view wrote")
	f.BoolVar(&o.step, "step", false, "hold the run at each call and each frame until you let it go on")
	f.BoolVar(&o.allCalls, "all-calls", false, "show pollers too, and what runtimes call for themselves")
	f.BoolVar(&o.plain, "plain", false, "draw the ladder as text instead of the view on the whole screen")
	f.BoolVar(&o.json, "json", false, "the timeline as JSON lines instead of the ladder")
	f.StringVar(&o.pcapng, "pcapng", "", "write the frames to this `file` too, for Wireshark or tcpdump")
	f.StringVar(&o.svg, "svg", "", "draw the ladder into this `file` too, as a picture")
	f.StringVar(&o.html, "html", "", "draw it into this `file` too, as a page whose frames open to show their fields")
	f.BoolVar(&o.ascii, "ascii", false, "draw with ASCII alone")
	f.IntVar(&o.width, "width", 0, "columns of the text, at least 60 (the terminal's)")
	return cmd
}

// probability is a flag's value: 0.3 or 30%.
type probability float64

func (p *probability) String() string { return strconv.FormatFloat(float64(*p), 'g', -1, 64) }
func (p *probability) Type() string   { return "rate" }
func (p *probability) Set(s string) error {
	number, percent := strings.CutSuffix(s, "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v >= 0 && v <= 1) {
		return errors.New("it must be from 0 to 1, or from 0% to 100%")
	}
	*p = probability(v)
	return nil
}

func runDemo(ctx context.Context, a *app, o demoOptions) error {
	l, err := a.lesson(o.lesson)
	if err != nil {
		return err
	}
	if o.rates.Delay < 0 || o.rates.Delay > 10*time.Second {
		return fmt.Errorf("--delay %v: it must be from 0 to 10s", o.rates.Delay)
	}
	if o.width < 0 {
		return fmt.Errorf("--width %d: it must be 60 or more", o.width)
	}
	play := playDemo
	if o.viewed(a) {
		play = viewDemo
	} else if o.step {
		return errors.New("--step needs a terminal to show the run on, and no --plain, --json or --width")
	}
	faults, err := o.faults()
	if err != nil {
		return err
	}
	exports, err := createExports(o)
	if err != nil {
		return err
	}
	begin := time.Now()
	events, kind, err := play(ctx, a, l, o, faults)
	look := ladderOptions(a, kind, o.width, o.ascii)
	look.Title = l.Title
	err = errors.Join(err, writeExports(exports, recording{events, begin, look}))
	if err == nil && a.OutTerminal && !o.json {
		steps := ""
		if o.viewed(a) && !o.step && kind == lab.TwoHosts {
			steps = "learnnet demo " + l.Slug + " --step, "
		}
		a.Printf("\nNext: %[2]slearnnet quiz %[1]s, or learnnet start %[1]s\n", l.Slug, steps)
	}
	return err
}

// viewed reports whether the demo is to be shown on the whole screen.
func (o *demoOptions) viewed(a *app) bool {
	return a.InTerminal && a.OutTerminal && !o.plain && !o.json && o.width == 0
}

// faults are what the wire is to do.
type faults struct {
	drawn  lab.Plan   // by chance; nil for nothing
	seed   uint64     // that it is drawn from; 0 if nothing is
	script lab.Script // frame by frame, over all else
}

func (o *demoOptions) faults() (f faults, err error) {
	if o.rates != (lab.Rates{}) {
		if o.seed == 0 {
			o.seed = uint64(rand.Uint32()) + 1
		}
		f.drawn = lab.Both(o.seed, o.rates).Plan()
		if o.rates.Loss+o.rates.Reorder+o.rates.Duplicate > 0 {
			f.seed = o.seed
		}
	}
	if o.script != "" {
		file, err := os.Open(o.script)
		if err != nil {
			return f, fmt.Errorf("read fault plan: %w", err)
		}
		defer file.Close()
		if f.script, err = lab.ReadScript(file); err != nil {
			return f, fmt.Errorf("%s: %w", o.script, err)
		}
	}
	return f, nil
}

// over returns under with the script over it; nil if neither does anything.
func (f faults) over(under lab.Plan) lab.Plan {
	if f.script == nil {
		return under
	}
	return f.script.Plan(under)
}

// title adds to a run's name how to have its faults again.
func (f faults) title(name string) string {
	if f.seed != 0 {
		name += fmt.Sprintf(" --seed %d", f.seed)
	}
	return name
}

// playDemo plays a lesson's demo, drawing it as it happens, and returns what
// happened and where.
func playDemo(ctx context.Context, a *app, l *course.Lesson, o demoOptions, f faults) (events []trace.Event, where lab.Isolation, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	timeline := trace.New()
	opened := make(chan lab.Isolation, 1)
	drawn := make(chan error, 1)
	go func() {
		err := a.guard(func() error { return drawTimeline(ctx, a, o, timeline, opened) })
		if err != nil {
			stop(err) // nobody watches any more
		}
		drawn <- err
	}()
	var in *lab.Lab
	err = demo.Play(ctx, l.Source.Lesson.Demo, demo.Options{
		Lesson: l.Slug, Language: o.language, Plan: f.drawn, Over: f.over, Timeline: timeline,
		States: true, Calls: &lab.Calls{All: o.allCalls},
		OnLab: func(opens *lab.Lab) {
			in = opens
			tellFaults(a, o, f, in)
			where = in.Isolation()
			opened <- where
		},
	})
	if drawing := <-drawn; err == nil {
		err = drawing
	}
	tellCalls(a, in)
	if n := timeline.Unrecorded(); n > 0 {
		a.Warnf("there were too many frames to keep: the last %d were only counted", n)
	}
	return timeline.Events(), where, explain(ctx, l, err, timeline.Events())
}

// explain says what a demo's error means.
func explain(ctx context.Context, l *course.Lesson, err error, events []trace.Event) error {
	if unknown, ok := errors.AsType[*demo.UnknownLanguageError](err); ok {
		return fmt.Errorf("the demo of %s is not written in %s: choose --lang %s", l.Slug, unknown.Language, strings.Join(unknown.Have, " or "))
	}
	if err != nil && !errors.Is(err, errInterrupted) {
		err = fmt.Errorf("demo of %s: %w", l.Slug, err)
		if disturbed(events) && ctx.Err() == nil {
			err = fmt.Errorf("%w\nthe wire was too bad for the programs: try milder faults, or another --seed", err)
		}
	}
	return err
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

// tellFaults says of a demo's lab what can't be had in it, and what the faults
// are drawn from.
func tellFaults(a *app, o demoOptions, f faults, in *lab.Lab) {
	tellLab(a, in.Isolation(), in.Missing())
	loopback := in.Isolation() == lab.Loopback
	if o.pcapng != "" && loopback {
		a.Warnf("there are no frames to write: %s will hold none", o.pcapng)
	}
	if (f.drawn != nil || f.script != nil) && loopback {
		a.Warnf("there is no wire to disturb: the demo runs without faults")
	} else if f.seed != 0 {
		a.Warnf("the wire's faults are drawn from --seed %d", f.seed)
	}
}

// tellCalls says why a run on two hosts has no socket calls. The loopback never
// has any, which tellLab is about.
func tellCalls(a *app, in *lab.Lab) {
	if in == nil {
		return
	}
	if err := in.CallsMissing(); err != nil && in.Isolation() == lab.TwoHosts {
		a.Warnf("without the programs' socket calls: %v", err)
	}
}

// drawTimeline draws the events until the timeline is closed. Which hosts
// there are comes through opened before the first event is drawn.
func drawTimeline(ctx context.Context, a *app, o demoOptions, timeline *trace.Timeline, opened <-chan lab.Isolation) error {
	if o.json {
		return trace.WriteJSON(a.Out, timeline.Follow(ctx))
	}
	var text *ladder.Text
	for e := range timeline.Follow(ctx) {
		if text == nil {
			// An event means that there is a lab, and so that its kind is coming.
			text = ladder.NewText(a.Out, ladderOptions(a, <-opened, o.width, o.ascii))
		}
		if err := text.Event(e); err != nil {
			return err
		}
	}
	if text == nil {
		return nil
	}
	return text.Close()
}

// maxLadder is the widest ladder that is still easy to follow, in columns.
const maxLadder = 120

func ladderOptions(a *app, kind lab.Isolation, width int, ascii bool) ladder.Options {
	o := ladder.Options{Width: width, Color: a.Color, ASCII: ascii, Names: map[trace.Host]string{
		trace.Client: lab.ClientIP.String(), trace.Server: lab.ServerIP.String()}}
	if kind == lab.Loopback {
		o.NoWire = true
		o.Names = map[trace.Host]string{trace.Client: "127.0.0.1", trace.Server: "127.0.0.1"}
	}
	if o.Width <= 0 {
		o.Width = min(a.Width, maxLadder)
	}
	return o
}
