package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

type demoOptions struct {
	lesson   string
	language string
	wireOptions
}

func newDemo(a *app) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo LESSON",
		Short: "Run the lesson's two programs, and see what crosses the wire",
		Example: "  learnnet demo sockets\n" +
			"  learnnet demo udp-time --loss 30% --seed 7\n" +
			"  learnnet demo sockets --pcapng sockets.pcapng\n" +
			"  learnnet demo sockets --html sockets.html",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.lesson = args[0]
			if err := o.check(cmd); err != nil {
				return err
			}
			return runDemo(cmd.Context(), a, o)
		},
	}
	languageFlag(cmd, &o.language, "the programs' language, where the lesson has it", "go", "raw", "python")
	o.flags(cmd)
	return cmd
}

func runDemo(ctx context.Context, a *app, o demoOptions) error {
	l, err := a.lesson(o.lesson)
	if err != nil {
		return err
	}
	exports, err := createExports(o.exports())
	if err != nil {
		return err
	}
	begin := time.Now()
	events, kind, err := playDemo(ctx, a, l, o)
	look := ladderOptions(a, kind, o.width, o.ascii)
	look.Title = l.Title
	err = errors.Join(err, writeExports(exports, recording{events, begin, look}))
	if err == nil && a.OutTerminal && !o.json {
		a.Printf("\nNext: learnnet quiz %[1]s, or learnnet start %[1]s\n", l.Slug)
	}
	return err
}

// playDemo plays a lesson's demo, drawing it as it happens, and returns what
// happened and where.
func playDemo(ctx context.Context, a *app, l *course.Lesson, o demoOptions) (events []trace.Event, where lab.Isolation, err error) {
	plan := o.plan()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	timeline := trace.New()
	opened := make(chan lab.Isolation, 1)
	drawn := make(chan error, 1)
	go func() {
		err := a.guard(func() error { return drawTimeline(ctx, a, o.wireOptions, timeline, opened) })
		if err != nil {
			stop(err) // nobody watches any more
		}
		drawn <- err
	}()
	err = demo.Play(ctx, l.Source.Lesson.Demo, demo.Options{
		Lesson: l.Slug, Language: o.language, Plan: plan, Timeline: timeline,
		OnLab: func(in *lab.Lab) {
			kind := in.Isolation()
			tellLab(a, kind, in.Missing())
			if o.pcapng != "" && kind == lab.Loopback {
				a.Warnf("there are no frames to write: %s will hold none", o.pcapng)
			}
			if plan != nil && kind == lab.Loopback {
				a.Warnf("there is no wire to disturb: the demo runs without faults")
			} else {
				o.tellSeed(a)
			}
			where = kind
			opened <- kind
		},
	})
	if drawing := <-drawn; err == nil {
		err = drawing
	}
	if unknown, ok := errors.AsType[*demo.UnknownLanguageError](err); ok {
		err = fmt.Errorf("the demo of %s is not written in %s: choose --lang %s", l.Slug, unknown.Language, strings.Join(unknown.Have, " or "))
	} else if err != nil {
		err = fmt.Errorf("demo of %s: %w", l.Slug, err)
		if disturbed(timeline.Events()) && ctx.Err() == nil {
			err = fmt.Errorf("%w\nthe wire was too bad for the programs: try milder faults, or another --seed", err)
		}
	}
	tellUnrecorded(a, timeline)
	return timeline.Events(), where, err
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
