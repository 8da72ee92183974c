package cli

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
)

func newLessons(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lessons",
		Short: "List the lessons, with your progress",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listLessons(cmd.Context(), a, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON (docs/schema/lessons.schema.json)")
	return cmd
}

// lessonEntry is a lesson in lessons --json; docs/schema/lessons.schema.json
// describes it.
type lessonEntry struct {
	Number   int           `json:"number"`
	Slug     string        `json:"slug"`
	Title    string        `json:"title"`
	Unit     int           `json:"unit"`
	Minutes  int           `json:"minutes"`
	Read     bool          `json:"read"`
	Exercise exerciseEntry `json:"exercise"`
}

type exerciseEntry struct {
	Slug     string         `json:"slug"`
	Verdict  *check.Verdict `json:"verdict"` // the best so far; null before the first check
	Score    int            `json:"score"`
	MaxScore int            `json:"max_score"`
}

func listLessons(ctx context.Context, a *app, asJSON bool) error {
	c, err := a.course()
	if err != nil {
		return err
	}
	p := a.progress(ctx)
	if asJSON {
		return writeJSON(a.Out, lessonEntries(c, p))
	}
	drawTopics(a, c, p)
	a.Printf("\nRead one with \"learnnet read LESSON\", by name or number.\n")
	return nil
}

func lessonEntries(c *course.Course, p *study.Progress) []lessonEntry {
	entries := make([]lessonEntry, 0, len(c.Topics))
	for _, l := range c.Topics {
		t := p.Topic(l.Slug)
		e := lessonEntry{Number: l.Number, Slug: l.Slug, Title: l.Title, Unit: l.Unit, Minutes: l.Minutes,
			Read: !t.Read.IsZero(), Exercise: exerciseEntry{Slug: l.Slug, Score: t.Best.Score}}
		if t.Best.Verdict != "" {
			e.Exercise.Verdict = &t.Best.Verdict
		}
		for _, s := range l.Suite().Steps {
			e.Exercise.MaxScore += s.Points
		}
		entries = append(entries, e)
	}
	return entries
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
