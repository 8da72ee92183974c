package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/study"
)

type checkOptions struct {
	exercise string
	dir      string
	seed     uint64
	json     bool
	html     string
}

func newCheck(a *app) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [EXERCISE]",
		Short: "Check your program",
		Long: "Check your program by what it does on real sockets. Without a name, the exercise of\n" +
			"this folder or the last one you worked on is checked.\n\n" +
			"The exit status is 0 if it passed, 1 if it failed, and 2 if it could not be checked.",
		Example:           "  learnnet check\n  learnnet check sockets --dir ~/work/sockets --seed 7",
		Args:              atMostOne,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.exercise = first(args)
			return runCheck(cmd.Context(), a, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", "", "the `folder` that holds the roles (the exercise's in the workspace)")
	f.Uint64Var(&o.seed, "seed", 0, "draws the inputs as another check did (by chance)")
	f.BoolVar(&o.json, "json", false, "the report as one JSON object (docs/schema/check.schema.json)")
	f.StringVar(&o.html, "html", "", "write the whole story to this `file` too: each step, its evidence, its frames")
	return cmd
}

func runCheck(ctx context.Context, a *app, o checkOptions) error {
	l, dir, err := checked(ctx, a, o)
	if err != nil {
		return err
	}
	pages, err := createExports([]export{{flag: "html", path: o.html, what: "page"}})
	if err != nil {
		return err
	}
	r, err := checkFolder(ctx, a, l, dir, o)
	if err != nil {
		return errors.Join(err, closeExports(pages))
	}
	for _, page := range pages {
		err = errors.Join(writeStory(page.file, a, l, r, replay(l, o, r)), closeExports(pages))
	}
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if o.json {
		err = writeJSON(a.Out, r)
	} else {
		drawReport(a, l, r, replay(l, o, r))
		if r.Verdict == check.Passed {
			a.Printf("\n%s\n", afterPassing(ctx, a, l))
		}
	}
	if err == nil && r.Verdict != check.Passed {
		err = &verdictError{r.Verdict}
	}
	return err
}

// checked returns the exercise to check and the folder that holds its roles.
func checked(ctx context.Context, a *app, o checkOptions) (*course.Lesson, string, error) {
	if o.dir == "" {
		l, err := a.exercise(ctx, o.exercise)
		if err != nil {
			return nil, "", err
		}
		dir, err := a.started(l)
		return l, dir, err
	}
	dir := o.dir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.dir, dir)
	}
	if !isDir(dir) {
		return nil, "", fmt.Errorf("there is no folder %s: --dir names the one that holds your programs", o.dir)
	}
	if o.exercise != "" {
		l, err := a.lesson(o.exercise)
		return l, dir, err
	}
	c, err := a.course()
	if err != nil {
		return nil, "", err
	}
	if l := bySlug(c, filepath.Base(dir)); l != nil {
		return l, dir, nil
	}
	return nil, "", fmt.Errorf("which exercise is in %s? name it: learnnet check EXERCISE --dir %s", o.dir, quoted(o.dir))
}

// checkFolder checks and remembers the outcome, unless the folder lies outside
// the workspace: then it may be anybody's.
func checkFolder(ctx context.Context, a *app, l *course.Lesson, dir string, o checkOptions) (check.Report, error) {
	var progress stepProgress
	options := check.Options{Seed: o.seed}
	if !o.json {
		progress = stepProgress{app: a, suite: l.Suite()}
		progress.begin()
		options.OnStep = progress.step
		options.OnLab = func(kind lab.Isolation, missing string) {
			a.Status("")
			tellLab(a, kind, missing)
			progress.waiting()
		}
	}
	r, err := check.Run(ctx, l.Suite(), dir, options)
	if !o.json {
		a.Status("")
	}
	if err != nil {
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		return r, fmt.Errorf("check %s: %w", l.Slug, err)
	}
	if w, err := study.FindWorkspace(a.dir); o.dir == "" || err == nil && w.At(dir) == l.Slug {
		a.remember(ctx, func(p *study.Progress, now time.Time) { p.Checked(r, now) })
	}
	return r, nil
}

// replay is the command that checks the same again, with the same inputs.
func replay(l *course.Lesson, o checkOptions, r check.Report) string {
	command := "learnnet check " + l.Slug
	if o.dir != "" {
		command += " --dir " + quoted(o.dir)
	}
	return fmt.Sprintf("%s --seed %d", command, r.Seed)
}

// afterPassing says what is next.
func afterPassing(ctx context.Context, a *app, l *course.Lesson) string {
	ours := fmt.Sprintf("Compare with ours: learnnet solution %s", l.Slug)
	c, err := a.course()
	if err != nil {
		return ours
	}
	command, _ := next(a, c, a.progress(ctx))
	return ours + "\nNext: " + command
}

// stepProgress shows steps as they are decided.
type stepProgress struct {
	*app
	suite check.Suite
	done  int
}

func (p *stepProgress) begin() { p.Status("building …") }

func (p *stepProgress) waiting() {
	if p.done < len(p.suite.Steps) {
		s := p.suite.Steps[p.done]
		p.Status(fmt.Sprintf("  …  the %s %s", s.Role, s.Title))
	}
}

func (p *stepProgress) step(s check.StepReport) {
	p.done++
	p.Status("")
	drawStep(p.app, s)
	p.waiting()
}
