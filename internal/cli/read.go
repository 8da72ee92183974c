package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/study"
	"github.com/learnnet/learnnet/internal/term"
)

type readOptions struct {
	lesson string
	width  int
	style  string
}

func newRead(a *app) *cobra.Command {
	var o readOptions
	cmd := &cobra.Command{
		Use:               "read LESSON",
		Short:             "Read a lesson",
		Long:              "Read a lesson, a page at a time on a terminal ($PAGER, or less), plainly in a pipe.",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.lesson = args[0]
			return read(cmd.Context(), a, o)
		},
	}
	cmd.Flags().IntVar(&o.width, "width", 0, "columns to use (the terminal's, at most 100)")
	cmd.Flags().StringVar(&o.style, "style", "", "dark, light or plain (LEARNNET_STYLE; by the terminal)")
	return cmd
}

func read(ctx context.Context, a *app, o readOptions) error {
	l, err := a.lesson(o.lesson)
	if err != nil {
		return err
	}
	s, err := a.styled(o.style)
	if err != nil {
		return err
	}
	text, err := term.Markdown(s, l.Text, o.width)
	if err != nil {
		return fmt.Errorf("read %s: %w", l.Slug, err)
	}
	text += "\n" + nextAfterReading(l)
	if err := a.Page(ctx, a.getenv("PAGER"), text); err != nil {
		return err
	}
	a.remember(ctx, func(p *study.Progress, now time.Time) {
		if t := p.Topic(l.Slug); t.Read.IsZero() {
			t.Read = now
		}
	})
	return nil
}

// styled returns the streams with the style asked for by flag or environment.
func (a *app) styled(style string) (*term.Streams, error) {
	if style == "" {
		style = a.getenv("LEARNNET_STYLE")
	}
	s := *a.Streams
	switch strings.ToLower(style) {
	case "":
	case "dark":
		s.Color, s.Dark = true, true
	case "light":
		s.Color, s.Dark = true, false
	case "plain", "notty":
		s.Color = false
	default:
		return nil, fmt.Errorf("there is no style %q: choose dark, light or plain", style)
	}
	return &s, nil
}

func nextAfterReading(l *course.Lesson) string {
	return fmt.Sprintf(`Next:
  learnnet demo %[1]s    the two programs, live
  learnnet quiz %[1]s    the questions
  learnnet start %[1]s   the exercise
`, l.Slug)
}
