package cli

import (
	"context"
	"fmt"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
	"github.com/learnnet/learnnet/internal/term"
)

// courseMap shows where the learner is, and what is next.
func courseMap(ctx context.Context, a *app) error {
	c, err := a.course()
	if err != nil {
		return err
	}
	p := a.progress(ctx)
	a.Printf("%s: socket programming on two hosts of your own\n", a.Bold("learnnet"))
	drawTopics(a, c, p)
	command, why := next(a, c, p)
	drawNext(a, command, why)
	return nil
}

func drawNext(a *app, command, why string) {
	a.Printf("\nNext: %s\n%s\n", a.Bold(command), term.Wrap(why, min(a.Width, 80), "      "))
}

// drawTopics lists the course by unit, with a mark for what is done.
func drawTopics(a *app, c *course.Course, p *study.Progress) {
	slugs := 0
	for _, l := range c.Topics {
		slugs = max(slugs, len(l.Slug))
	}
	unit := 0
	for _, l := range c.Topics {
		if l.Unit != unit {
			unit = l.Unit
			a.Printf("\n%s\n", a.Bold(unitTitle(unit)))
		}
		t := p.Topic(l.Slug)
		mark := " "
		switch {
		case t.Passed():
			mark = a.Good("✓")
		case !t.Read.IsZero() || t.Last.Verdict != "":
			mark = a.Notable("·")
		}
		head := fmt.Sprintf("%3d  %s", l.Number, term.Pad(l.Slug, slugs))
		state := topicState(l, t)
		room := a.Width - len(head) - len(state) - 7
		a.Printf("%s %s  %s  %s\n", mark, head, term.Pad(term.Cut(l.Title, room), room), a.Faint(state))
	}
}

func unitTitle(n int) string {
	if n > 0 && n < len(course.Units) {
		return fmt.Sprintf("Unit %d: %s", n, course.Units[n])
	}
	return fmt.Sprintf("Unit %d", n)
}

// topicState says in a few words what was done of a topic.
func topicState(l *course.Lesson, t *study.Topic) string {
	switch {
	case t.Passed():
		return fmt.Sprintf("passed %d/%d", t.Best.Score, t.Best.MaxScore)
	case t.Best.Verdict == check.Failed:
		return fmt.Sprintf("%d/%d points", t.Best.Score, t.Best.MaxScore)
	case t.Language != "":
		return "started"
	case !t.Read.IsZero():
		return "read"
	}
	return fmt.Sprintf("%d min", l.Minutes)
}

// next returns the command for what comes next, and why.
func next(a *app, c *course.Course, p *study.Progress) (command, why string) {
	for _, l := range c.Topics {
		t := p.Topic(l.Slug)
		switch {
		case t.Passed():
			continue
		case t.Read.IsZero() && t.Last.Verdict == "" && t.Language == "":
			return "learnnet read " + l.Slug, l.Summary
		case t.Last.Verdict == "" && t.Language == "":
			if _, err := study.FindWorkspace(a.dir); err != nil {
				return "learnnet init", "makes this folder the workspace for your programs; then: learnnet start " + l.Slug
			}
			return "learnnet start " + l.Slug, "the exercise of the lesson you have read"
		case t.Last.Verdict == check.Failed:
			return "learnnet check " + l.Slug, "the exercise you are at; \"learnnet hint\" helps, \"learnnet watch\" checks at every save"
		}
		return "learnnet check " + l.Slug, "the exercise you have started; \"learnnet watch\" checks at every save"
	}
	return "learnnet lessons", "you have passed every exercise; \"learnnet solution EXERCISE\" shows ours"
}
