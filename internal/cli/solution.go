package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
	"github.com/learnnet/learnnet/internal/term"
)

type solutionOptions struct {
	exercise string
	language string
	reveal   bool
}

func newSolution(a *app) *cobra.Command {
	var o solutionOptions
	cmd := &cobra.Command{
		Use:               "solution EXERCISE",
		Short:             "See our solution, once yours passes",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.exercise = args[0]
			return showSolution(cmd.Context(), a, o)
		},
	}
	languageFlag(cmd, &o.language, "the solution's language (yours)", course.Languages...)
	cmd.Flags().BoolVar(&o.reveal, "reveal", false, "see it before you have passed; this is remembered")
	return cmd
}

func showSolution(ctx context.Context, a *app, o solutionOptions) error {
	l, err := a.lesson(o.exercise)
	if err != nil {
		return err
	}
	p := a.progress(ctx)
	t := p.Topic(l.Slug)
	if !t.Passed() && !o.reveal {
		return fmt.Errorf("you have not passed %s yet\n\"learnnet hint %s\" helps; \"learnnet solution %s --reveal\" shows the solution all the same",
			l.Slug, l.Slug, l.Slug)
	}
	if o.language == "" {
		o.language = t.Language
	}
	if o.language == "" {
		o.language = usualLanguage(p)
	}
	files, err := l.Solution(o.language)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has no solution in %q: choose --lang %s", l.Slug, o.language, strings.Join(course.Languages, " or "))
	}
	if err != nil {
		return fmt.Errorf("solution of %s: %w", l.Slug, err)
	}
	text, err := filesAsMarkdown(files)
	if err == nil {
		text, err = term.Markdown(a.Streams, text, 0)
	}
	if err != nil {
		return fmt.Errorf("solution of %s: %w", l.Slug, err)
	}
	if !t.Passed() && t.Revealed.IsZero() {
		a.remember(ctx, func(p *study.Progress, now time.Time) { p.Topic(l.Slug).Revealed = now })
	}
	return a.Page(ctx, a.getenv("PAGER"), text)
}

// filesAsMarkdown shows each file under its name, as a fenced block.
func filesAsMarkdown(files fs.FS) (string, error) {
	languages := map[string]string{".go": "go", ".py": "python", ".js": "javascript"}
	var out strings.Builder
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "## %s\n\n~~~~~ %s\n%s\n~~~~~\n\n", name, languages[path.Ext(name)], strings.TrimRight(string(text), "\n"))
		return nil
	})
	return out.String(), err
}
