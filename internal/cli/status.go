package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
	"github.com/learnnet/learnnet/internal/term"
)

func newStatus(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "See what you have done so far",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return showStatus(cmd.Context(), a, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// status is what status --json prints.
type status struct {
	Workspace    string        `json:"workspace"` // empty outside of one
	Progress     string        `json:"progress"`  // the file
	LastExercise string        `json:"last_exercise"`
	Next         string        `json:"next"` // the command
	Lessons      []lessonEntry `json:"lessons"`
}

func showStatus(ctx context.Context, a *app, asJSON bool) error {
	c, err := a.course()
	if err != nil {
		return err
	}
	p := a.progress(ctx)
	s := status{LastExercise: p.LastExercise, Lessons: lessonEntries(c, p)}
	w, err := study.FindWorkspace(a.dir)
	if _, none := errors.AsType[*study.NoWorkspaceError](err); err != nil && !none {
		return err
	}
	s.Workspace = w.Dir
	if store, err := a.store(); err == nil {
		s.Progress = store.Path
	}
	command, why := next(a, c, p)
	s.Next = command
	if asJSON {
		return writeJSON(a.Out, s)
	}
	workspace := s.Workspace
	if workspace == "" {
		workspace = "none here; \"learnnet init\" makes one"
	}
	a.Printf("Workspace: %s\nProgress:  %s\n\n", workspace, s.Progress)
	drawStatus(a, c, p)
	drawNext(a, command, why)
	return nil
}

func drawStatus(a *app, c *course.Course, p *study.Progress) {
	slugs := len("topic")
	for _, l := range c.Topics {
		slugs = max(slugs, len(l.Slug))
	}
	a.Printf("%s\n", a.Faint(fmt.Sprintf("%s  %-6s  %-9s  %-24s  %s", term.Pad("topic", slugs), "lesson", "questions", "exercise", "hints")))
	for _, l := range c.Topics {
		t := p.Topic(l.Slug)
		lesson := "-"
		if !t.Read.IsZero() {
			lesson = "read"
		}
		right := 0
		for _, answer := range t.Answers {
			if answer.Last {
				right++
			}
		}
		questions := "-"
		if len(t.Answers) > 0 {
			questions = fmt.Sprintf("%d right", right)
		}
		exercise := "-"
		if t.Language != "" || t.Best.Verdict != "" {
			exercise = topicState(l, t)
		}
		if t.Best.Language != "" {
			exercise += " " + t.Best.Language
		}
		a.Printf("%s  %-6s  %-9s  %-24s  %s\n", term.Pad(l.Slug, slugs), lesson, questions, exercise, hintsTaken(t))
	}
}

func hintsTaken(t *study.Topic) string {
	n := len(t.CauseHints)
	for _, of := range t.Hints {
		n += of
	}
	switch {
	case !t.Revealed.IsZero():
		return "solution seen"
	case n == 0:
		return "-"
	}
	return fmt.Sprint(n)
}
