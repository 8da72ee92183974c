package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
	"github.com/learnnet/learnnet/internal/tui"
)

type demoOptions struct {
	runOptions
	lesson   string
	language string
	recorded bool
	open     bool
	port     int
	talk     bool
}

func newDemo(a *app) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo LESSON",
		Short: "Run the lesson's two programs: their socket calls, and what crosses the wire",
		Long: "Run the lesson's two programs on two hosts and show their socket calls, the states of\n" +
			"their sockets and what crosses the wire: on a terminal in a view on the whole screen,\n" +
			"where you can hold the run, let it go on step by step, and disturb the wire by hand.",
		Example: "  learnnet demo sockets\n" +
			"  learnnet demo sockets --step\n" +
			"  learnnet demo tcp-chat --talk\n" +
			"  learnnet demo udp-time --wire --loss 30% --seed 7\n" +
			"  learnnet demo sockets --pcapng sockets.pcapng\n" +
			"  learnnet demo sockets --html sockets.html\n" +
			"  learnnet demo two-programs --open",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.lesson = args[0]
			if err := errors.Join(o.check(cmd), o.checkOpen(cmd)); err != nil {
				return err
			}
			if o.open {
				return openDemo(cmd.Context(), a, o)
			}
			return runDemo(cmd.Context(), a, o)
		},
	}
	languageFlag(cmd, &o.language, "the programs' language, where the lesson has it", "go", "raw", "python")
	cmd.Flags().BoolVar(&o.recorded, "recorded", false, "show the lesson's recording of it, which needs no two hosts")
	cmd.Flags().BoolVar(&o.open, "open", false, "serve the lesson's page to your own browser, until Ctrl-C")
	cmd.Flags().IntVar(&o.port, "port", 0, "of --open: the port of 127.0.0.1 to serve on (a free one)")
	cmd.Flags().BoolVar(&o.talk, "talk", false, "leave the talking to you: type what the programs say, where the lesson has it")
	o.flags(cmd)
	return cmd
}

func runDemo(ctx context.Context, a *app, o demoOptions) error {
	l, err := a.lesson(o.lesson)
	if err != nil {
		return err
	}
	if o.talk {
		err = canTalk(a, l, o)
	}
	switch {
	case err != nil:
		return err
	case o.recorded:
		err = showRecording(ctx, a, l, o)
	default:
		err = watchRun(ctx, a, o.runOptions, demoRun(l, o.language, o.talk))
	}
	if err == nil && a.OutTerminal && !o.json {
		steps := ""
		if o.viewed(a) && !o.step {
			steps = "learnnet demo " + l.Slug + " --step, "
		}
		exercise, _ := a.practice(ctx, l)
		a.Printf("\nNext: %slearnnet quiz %s, or %s\n", steps, l.Slug, exercise)
	}
	return err
}

// canTalk returns an error unless somebody can type what the programs say.
func canTalk(a *app, l *course.Lesson, o demoOptions) error {
	switch {
	case l.Source.Lesson.Demo.Talk == nil:
		return fmt.Errorf("the programs of %s read nothing that is typed: leave out --talk", l.Slug)
	case o.recorded:
		return errors.New("nobody can talk to a recording: leave out --recorded, or --talk")
	case !o.viewed(a):
		return errors.New("--talk needs a terminal to type on, and no --plain, --wire, --json or --width")
	}
	return nil
}

// demoRun is a lesson's demo as a run, by its script or with people who talk.
func demoRun(l *course.Lesson, language string, talk bool) liveRun {
	name := "demo " + l.Slug
	if language != "" {
		name += " --lang " + language
	}
	if talk {
		name += " --talk"
	}
	return liveRun{name: name, title: l.Title, instead: "learnnet demo " + l.Slug + " --recorded", typed: talk,
		play: func(ctx context.Context, o demo.Options) error {
			o.Lesson, o.Language, o.Talk = l.Slug, language, talk
			return demo.Play(ctx, l.Source.Lesson.Demo, o)
		},
		explain: func(ctx context.Context, err error, events []trace.Event) error {
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
		}}
}

// recordedNote marks a recording on screen.
const recordedNote = "a recording, made on Linux with two hosts"

// showRecording shows a lesson's recording as a run is shown. It can be
// stepped through, and its wire can't be touched any more.
func showRecording(ctx context.Context, a *app, l *course.Lesson, o demoOptions) error {
	if o.step && !o.viewed(a) {
		return errors.New("--step needs a terminal to show the recording on, and no --plain, --wire, --json or --width")
	}
	switch {
	case o.rates != (lab.Rates{}) || o.script != "":
		return errors.New("a recording can't be disturbed any more: leave out the faults, or --recorded")
	case o.language != "" && o.language != "go":
		return fmt.Errorf("the recording is of the programs in Go: leave out --lang %s, or --recorded", o.language)
	}
	events, err := l.Recording()
	if err != nil {
		return err
	}
	if o.onlyWire {
		events = slices.DeleteFunc(events, func(e trace.Event) bool { return e.Call != nil || e.Socket != nil })
	}
	look := ladderOptions(a, lab.TwoHosts, o.width, o.ascii)
	look.Title = l.Title + ": " + recordedNote
	exports, err := createExports(o.exports())
	if err != nil {
		return err
	}
	if err := writeExports(exports, recording{events: events, look: look}); err != nil {
		return err
	}
	if o.viewed(a) {
		err := tui.Run(ctx, tui.Options{Title: "demo " + l.Slug + " --recorded", Names: look.Names, Recording: events,
			In: a.In, Out: a.Out, Color: a.Color, ASCII: o.ascii})
		if errors.Is(err, tui.ErrInterrupted) {
			err = errInterrupted
		}
		return err
	}
	if o.json {
		return trace.WriteJSON(a.Out, slices.Values(events))
	}
	a.Warnf("this is %s", recordedNote)
	look.Talkative = !o.onlyWire
	text := ladder.NewText(a.Out, look)
	for _, e := range events {
		if err := text.Event(e); err != nil {
			return err
		}
	}
	return text.Close()
}
