package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/program"
	"github.com/learnnet/learnnet/internal/trace"
)

type traceOptions struct {
	runOptions
	exercise string
	dir      string
	args     []string // of the client
}

func newTrace(a *app) *cobra.Command {
	var o traceOptions
	cmd := &cobra.Command{
		Use:   "trace [EXERCISE] [-- ARGUMENT…]",
		Short: "Watch your own programs at work: every socket call, frame and state",
		Long: "Runs your server with your client and shows what they do: their socket calls, the states\n" +
			"of their sockets, and what crosses the wire. Ours stands in for the one that you have not\n" +
			"written yet. What follows -- goes to the client, behind the address.",
		Example: "  learnnet trace sockets\n" +
			"  learnnet trace udp-time --step -- \"%H:%M\"\n" +
			"  learnnet trace ports -- 10.0.0.2 8000 8010",
		Args: func(cmd *cobra.Command, args []string) error {
			named := args
			if n := cmd.ArgsLenAtDash(); n >= 0 {
				named, o.args = args[:n], args[n:]
			}
			o.exercise = first(named)
			return atMostOne(cmd, named)
		},
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			return runTrace(cmd.Context(), a, o)
		},
	}
	cmd.Flags().StringVar(&o.dir, "dir", "", "the `folder` that holds the roles (the exercise's in the workspace)")
	o.flags(cmd)
	return cmd
}

func runTrace(ctx context.Context, a *app, o traceOptions) error {
	l, dir, err := checked(ctx, a, checkOptions{exercise: o.exercise, dir: o.dir})
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "learnnet-trace-")
	if err != nil {
		return fmt.Errorf("make room for our programs: %w", err)
	}
	defer os.RemoveAll(tmp)
	pair, err := preparePair(ctx, a, l, dir, tmp)
	if err != nil {
		return err
	}
	pair.Args = o.args
	name, behind := "trace "+l.Slug, ""
	if o.dir != "" {
		name += " --dir " + quoted(o.dir)
	}
	for _, arg := range o.args {
		if behind == "" {
			behind = " --"
		}
		behind += " " + quoted(arg)
	}
	return watchRun(ctx, a, o.runOptions, liveRun{
		name: name, behind: behind, title: "Programs of " + l.Slug, typed: true,
		play: func(ctx context.Context, d demo.Options) error { return demo.PlayPair(ctx, pair, d) },
		explain: func(_ context.Context, err error, _ []trace.Event) error {
			if err != nil && !errors.Is(err, errInterrupted) {
				err = fmt.Errorf("trace %s: %w", l.Slug, err)
			}
			return err
		}})
}

// preparePair builds the learner's programs, and ours for those that are not
// there, in tmp.
func preparePair(ctx context.Context, a *app, l *course.Lesson, dir, tmp string) (demo.Pair, error) {
	pair := demo.Pair{Port: l.Suite().Port}
	var standIns []string
	for _, role := range l.Suite().Roles {
		a.Status("building the " + role + " …")
		cmd, ours, err := prepareRole(ctx, l, dir, tmp, role)
		a.Status("")
		if err != nil {
			return pair, err
		}
		if ours {
			standIns = append(standIns, role)
		}
		if role == "server" {
			pair.Server = &cmd
		} else {
			pair.Name, pair.Client = role, &cmd
		}
	}
	if len(standIns) == len(l.Suite().Roles) {
		return pair, fmt.Errorf("there is no program of yours in %s\nbegin with \"learnnet start %s\", or watch ours: \"learnnet demo %[2]s\"", a.here(dir), l.Slug)
	}
	for _, role := range standIns {
		a.Warnf("there is no %s of yours in %s yet: ours takes its place", role, a.here(dir))
	}
	if pair.Client == nil {
		a.Warnf("this exercise has a server alone: nobody calls it; it runs until it ends, or until Ctrl-C")
	}
	return pair, nil
}

// prepareRole makes the learner's program of a role ready to run, or ours if
// there is none.
func prepareRole(ctx context.Context, l *course.Lesson, dir, tmp, role string) (cmd program.Command, ours bool, err error) {
	p, err := program.Find(dir, role)
	if missing := new(program.NotFoundError); errors.As(err, &missing) {
		ours = true
		p, err = solutionOf(l, tmp, role)
	}
	if err != nil {
		return cmd, ours, err
	}
	cache := ""
	if ours {
		cache = tmp
	}
	cmd, err = p.Prepare(ctx, cache)
	if failed := new(program.BuildError); errors.As(err, &failed) {
		return cmd, ours, fmt.Errorf("the %s does not compile:\n%s", role, failed.Output)
	}
	return cmd, ours, err
}

// solutionOf writes our program of a role to tmp: in Go if the machine has it.
func solutionOf(l *course.Lesson, tmp, role string) (program.Program, error) {
	var p program.Program
	for _, lang := range course.Languages {
		files, err := l.Solution(lang)
		if err != nil {
			return p, err
		}
		dir := filepath.Join(tmp, lang)
		if err := os.RemoveAll(dir); err != nil {
			return p, err
		}
		if err := course.CopyFiles(dir, files); err != nil {
			return p, err
		}
		if p, err = program.Find(dir, role); err != nil || p.Runnable() {
			return p, err
		}
	}
	return p, nil
}
