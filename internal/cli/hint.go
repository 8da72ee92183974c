package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
	"github.com/learnnet/learnnet/internal/term"
)

func newHint(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "hint [EXERCISE]",
		Short: "Take a hint, each stronger than the last",
		Long: "Take a hint for the first step that your program has not passed: after a failed check\n" +
			"the one for its cause, and then three, each stronger than the last.",
		Args:              atMostOne,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			return giveHint(cmd.Context(), a, first(args))
		},
	}
}

func giveHint(ctx context.Context, a *app, name string) error {
	l, err := a.exercise(ctx, name)
	if err != nil {
		return err
	}
	t := a.progress(ctx).Topic(l.Slug)
	step, ok := hintStep(l, t)
	if !ok {
		a.Printf("Your program passed every step of %s. Compare it with ours: learnnet solution %s\n", l.Slug, l.Slug)
		return nil
	}
	width := min(a.Width, 80)
	a.Printf("%s\n", a.Faint(term.Wrap(fmt.Sprintf("%s, step %q: %s", l.Slug, step.Name, sentence(check.StepReport{Role: step.Role, Title: step.Title})), width, "")))
	if cause := t.Last.Cause; t.Last.Failing == step.Name && step.Causes[cause] != "" && !t.HadCauseHint(step.Name, cause) {
		a.Printf("\n%s\n\nA general one: learnnet hint %s\n", term.Wrap(step.Causes[cause], width, "  "), l.Slug)
		a.remember(ctx, func(p *study.Progress, _ time.Time) {
			p.Topic(l.Slug).CauseHintGiven(step.Name, cause)
		})
		return nil
	}
	taken := max(t.Hints[step.Name], 0) // whoever edits the file may write anything
	number := min(taken+1, len(step.Hints))
	if number == 0 {
		a.Printf("\nThere are no hints for this step. Read its task again, and the lesson: learnnet read %s\n", l.Slug)
		return nil
	}
	a.Printf("\n%s\n\n", term.Wrap(step.Hints[number-1], width, "  "))
	if taken >= len(step.Hints) {
		a.Printf("That is the strongest there is. The solution: learnnet solution %s --reveal\n", l.Slug)
		return nil
	}
	a.Printf("Hint %d of %d.", number, len(step.Hints))
	if number < len(step.Hints) {
		a.Printf(" A stronger one: learnnet hint %s", l.Slug)
	}
	a.Printf("\n")
	a.remember(ctx, func(p *study.Progress, _ time.Time) { p.Topic(l.Slug).HintGiven(step.Name) })
	return nil
}

// hintStep returns the first step that the last check did not pass, or the
// first of all before any check.
func hintStep(l *course.Lesson, t *study.Topic) (check.Step, bool) {
	for _, s := range l.Suite().Steps {
		if t.Last.Steps[s.Name] != check.Passed {
			return s, true
		}
	}
	return check.Step{}, false
}
