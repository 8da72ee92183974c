package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
)

// wireOptions say what a wire does to frames, and how what happens is shown.
type wireOptions struct {
	seed   uint64
	rates  lab.Rates
	json   bool
	pcapng string
	svg    string
	html   string
	ascii  bool
	width  int
}

func (o *wireOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Uint64Var(&o.seed, "seed", 0, "draws the faults; the same seed gives the same ones")
	f.Var((*probability)(&o.rates.Loss), "loss", "how many frames the wire loses: 0.3, or 30%")
	f.DurationVar(&o.rates.Delay, "delay", 0, "how long it holds each frame: 20ms")
	f.Var((*probability)(&o.rates.Reorder), "reorder", "how many frames it lets the next one overtake")
	f.Var((*probability)(&o.rates.Duplicate), "duplicate", "how many frames it delivers twice")
	f.BoolVar(&o.json, "json", false, "the timeline as JSON lines instead of the ladder")
	f.StringVar(&o.pcapng, "pcapng", "", "write the frames to this `file` too, for Wireshark or tcpdump")
	f.StringVar(&o.svg, "svg", "", "draw the ladder into this `file` too, as a picture")
	f.StringVar(&o.html, "html", "", "draw it into this `file` too, as a page whose frames open to show their fields")
	f.BoolVar(&o.ascii, "ascii", false, "draw with ASCII alone")
	f.IntVar(&o.width, "width", 0, "columns to use, at least 60 (the terminal's)")
}

// check refuses what the flags' own types let through.
func (o *wireOptions) check(cmd *cobra.Command) error {
	for _, e := range o.exports() {
		if cmd.Flags().Changed(e.flag) && e.path == "" {
			return fmt.Errorf("--%s needs the name of a file to write to", e.flag)
		}
	}
	switch {
	case o.rates.Delay < 0 || o.rates.Delay > 10*time.Second:
		return fmt.Errorf("--delay %v: it must be from 0 to 10s", o.rates.Delay)
	case o.width < 0:
		return fmt.Errorf("--width %d: it must be 60 or more", o.width)
	}
	return nil
}

// plan returns the faults, or nil, and chooses the seed if nobody has.
func (o *wireOptions) plan() lab.Plan {
	if o.rates == (lab.Rates{}) {
		return nil
	}
	if o.seed == 0 {
		o.seed = uint64(rand.Uint32()) + 1
	}
	return lab.Both(o.seed, o.rates).Plan()
}

// drawsFaults reports whether chance has a say in what the wire does.
func (o *wireOptions) drawsFaults() bool {
	return o.rates.Loss+o.rates.Reorder+o.rates.Duplicate > 0
}

// again returns the flags that have the wire do the same again; seed is 0 if
// nothing is drawn.
func (o *wireOptions) again(seed uint64) (flags string) {
	for _, r := range []struct {
		flag string
		rate float64
	}{{"loss", o.rates.Loss}, {"reorder", o.rates.Reorder}, {"duplicate", o.rates.Duplicate}} {
		if r.rate > 0 {
			flags += fmt.Sprintf(" --%s %v", r.flag, r.rate)
		}
	}
	if seed != 0 {
		flags += fmt.Sprintf(" --seed %d", seed)
	}
	if o.rates.Delay > 0 {
		flags += fmt.Sprintf(" --delay %v", o.rates.Delay)
	}
	return flags
}

// tellSeed says what gives the same faults again, if any are drawn.
func (o *wireOptions) tellSeed(a *app) {
	if o.drawsFaults() {
		a.Warnf("the wire's faults are drawn from --seed %d", o.seed)
	}
}

// tellUnrecorded says so if the timeline holds less than what happened.
func tellUnrecorded(a *app, t *trace.Timeline) {
	if n := t.Unrecorded(); n > 0 {
		a.Warnf("too much happened to keep it all: the last %d events were only counted", n)
	}
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

// drawTimeline draws the events until the timeline is closed or ctx is done.
// Which hosts there are comes through opened before the first event is drawn.
// With talkative the hosts' columns get more room.
func drawTimeline(ctx context.Context, a *app, o wireOptions, talkative bool, timeline *trace.Timeline, opened <-chan lab.Isolation) error {
	if o.json {
		return trace.WriteJSON(a.Out, timeline.Follow(ctx))
	}
	var text *ladder.Text
	for e := range timeline.Follow(ctx) {
		if text == nil {
			// An event means that there is a lab, and so that its kind is coming.
			look := ladderOptions(a, <-opened, o.width, o.ascii)
			look.Talkative = talkative && !look.Relay // a relay sees no calls
			text = ladder.NewText(a.Out, look)
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

// ladderOptions say how a run's ladder looks. On the loopback its programs talk
// through a relay.
func ladderOptions(a *app, kind lab.Isolation, width int, ascii bool) ladder.Options {
	o := ladder.Options{Width: width, Color: a.Color, ASCII: ascii, Names: map[trace.Host]string{
		trace.Client: lab.ClientIP.String(), trace.Server: lab.ServerIP.String()}}
	if kind == lab.Loopback {
		o.Relay = true
		o.Names = map[trace.Host]string{trace.Client: "127.0.0.1", trace.Server: "127.0.0.1"}
	}
	if o.Width <= 0 {
		o.Width = min(a.Width, maxLadder)
	}
	return o
}
