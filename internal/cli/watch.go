package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

func newWatch(a *app) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "watch [EXERCISE]",
		Short: "Check your program whenever you save it",
		Long: "Check your program now, and whenever you save it; a save during a check begins a new\n" +
			"one. Ctrl-C ends it. Without a name, the exercise of this folder or the last one you\n" +
			"worked on is watched.",
		Args:              atMostOne,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.exercise = first(args)
			return watch(cmd.Context(), a, o)
		},
	}
	cmd.Flags().Uint64Var(&o.seed, "seed", 0, "draws the inputs, the same in every check (by chance)")
	return cmd
}

// watch checks at every save until ctx is done, and goes on to the next
// exercise after a pass if the learner wants to.
func watch(ctx context.Context, a *app, o checkOptions) error {
	l, dir, err := checked(ctx, a, o)
	if err != nil {
		return err
	}
	var typed <-chan string
	if a.InTerminal && a.OutTerminal {
		typed = inputLines(ctx, a.In)
	}
	for {
		l, dir, err = watchExercise(ctx, a, l, dir, o, typed)
		if err != nil {
			return err
		}
	}
}

// watchExercise watches one exercise, until ctx is done or the learner goes on
// to the one it returns.
func watchExercise(ctx context.Context, a *app, l *course.Lesson, dir string, o checkOptions, typed <-chan string) (*course.Lesson, string, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	saved, err := saves(ctx, dir)
	if err != nil {
		return nil, "", err
	}
	doubt := true
	for first := true; ; first = false {
		if err := a.announce(l, dir, first); err != nil {
			return nil, "", err
		}
		r, err := checkUntilSaved(ctx, a, l, dir, o, saved, doubt)
		// A program that writes into its own folder changes it under each check:
		// the verdict on it is given up only once in a row.
		doubt = !errors.Is(err, errChanged)
		if errors.Is(err, errSavedAgain) || errors.Is(err, errChanged) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		var onward *course.Lesson
		if r.Verdict == check.Passed {
			onward = a.offerNext(ctx, l, typed != nil)
		} else {
			a.Printf("\n%s\n", a.Faint("Watching "+a.here(dir)+"; Ctrl-C ends it."))
		}
		goOn, err := waitForSave(ctx, saved, typed, onward != nil)
		if err != nil {
			return nil, "", err
		}
		if goOn {
			stop()
			next, nextDir, err := a.startNext(context.WithoutCancel(ctx), l, onward)
			return next, nextDir, err
		}
	}
}

// waitForSave returns at the next save, or with true when the learner presses
// Enter and there is something to go on to.
func waitForSave(ctx context.Context, saved <-chan error, typed <-chan string, onward bool) (bool, error) {
	for {
		select {
		case err := <-saved:
			return false, err
		case _, ok := <-typed:
			if !ok {
				typed = nil // Ctrl-D: saves still count
			} else if onward {
				return true, nil
			}
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// announce begins a check's screen: a fresh one on a terminal, a line in a
// pipe. Its error means that nobody reads any more.
func (a *app) announce(l *course.Lesson, dir string, first bool) error {
	begin := "\n"
	switch {
	case first:
		begin = ""
	case a.OutTerminal:
		begin = "\x1b[2J\x1b[3J\x1b[H"
	}
	_, err := fmt.Fprintf(a.Out, "%s%s\n", begin, a.Faint(fmt.Sprintf("%s  %s in %s", time.Now().Format("15:04:05"), l.Slug, a.here(dir))))
	return err
}

// checkUntilSaved checks, and gives up with errSavedAgain as soon as something
// is saved: what it would say is out of date. So is a verdict on files that
// changed under it; that is errChanged, if it is doubted. Then the news of the
// save has come too, or there is none, as when a file was only touched.
func checkUntilSaved(ctx context.Context, a *app, l *course.Lesson, dir string, o checkOptions, saved <-chan error, doubt bool) (r check.Report, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	before := stateOf(dir)
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = a.guard(func() (err error) {
			r, err = checkFolder(ctx, a, l, dir, o)
			return err
		})
	}()
	select {
	case <-done:
	case e := <-saved:
		cancel(errSavedAgain)
		<-done
		a.Status("")
		return r, cmp.Or(e, errSavedAgain)
	}
	if err != nil {
		return r, err
	}
	if doubt && stateOf(dir) != before {
		select {
		case e := <-saved:
			return r, cmp.Or(e, errChanged)
		case <-time.After(newsCap):
			return r, errChanged
		case <-ctx.Done():
			return r, context.Cause(ctx)
		}
	}
	drawReport(a, l, r, replay(l, o, r))
	return r, nil
}

// Why a check is given up and a new one begins.
var (
	errSavedAgain = errors.New("saved again")
	errChanged    = errors.New("changed under the check")
)

// offerNext tells what comes after a pass and returns it, or nil at the end of
// the course.
func (a *app) offerNext(ctx context.Context, l *course.Lesson, ask bool) *course.Lesson {
	c, err := a.course()
	if err != nil {
		return nil
	}
	a.Printf("Compare with ours: learnnet solution %s\n", l.Slug)
	p := a.progress(ctx)
	for n := c.Next(l); n != nil; n = c.Next(n) {
		if p.Topic(n.Slug).Passed() {
			continue
		}
		if ask {
			a.Printf("The next lesson:   learnnet read %s\n", n.Slug)
			a.Printf("\n%s\n", a.Bold(fmt.Sprintf("Enter goes on to the exercise %s; Ctrl-C ends.", n.Slug)))
		} else {
			a.Printf("Next: learnnet read %s, then learnnet start %s\n", n.Slug, n.Slug)
		}
		return n
	}
	command, why := next(a, c, p)
	a.Printf("Next: %s\n      %s\n", command, why)
	return nil
}

// startNext starts the next exercise, unless it is started, in the language of
// the last.
func (a *app) startNext(ctx context.Context, last, next *course.Lesson) (*course.Lesson, string, error) {
	dir, err := a.started(next)
	if err == nil {
		return next, dir, nil
	}
	if err := start(ctx, a, next.Slug, a.progress(ctx).Topic(last.Slug).Language); err != nil {
		return nil, "", err
	}
	dir, err = a.started(next)
	return next, dir, err
}
