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
	lesson  string
	section string // empty for the whole lesson
	width   int
	style   string
}

func newRead(a *app) *cobra.Command {
	var o readOptions
	cmd := &cobra.Command{
		Use:   "read LESSON [SECTION]",
		Short: "Read a lesson, or a section of it",
		Long: "Read a lesson, a page at a time on a terminal ($PAGER, or less), plainly in a pipe.\n" +
			"SECTION is the beginning of a heading, or of a word in it: \"traps\", \"idea\".",
		Args: func(cmd *cobra.Command, args []string) error {
			return aTopic(cmd, args[:min(len(args), 1)])
		},
		ValidArgsFunction: completeSections(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.lesson, o.section = args[0], strings.Join(args[1:], " ")
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
	part, err := toRead(l, o.section)
	if err != nil {
		return err
	}
	text, err := term.Markdown(s, part, o.width)
	if err != nil {
		return fmt.Errorf("read %s: %w", l.Slug, err)
	}
	if o.section == "" {
		text += "\n" + a.nextAfterReading(ctx, l)
	}
	if err := a.Page(ctx, a.getenv("PAGER"), text); err != nil || o.section != "" {
		return err
	}
	a.remember(ctx, func(p *study.Progress, now time.Time) {
		if t := p.Topic(l.Slug); t.Read.IsZero() {
			t.Read = now
		}
	})
	return nil
}

// toRead returns a section of the lesson, or all of it, with what it takes
// below its title.
func toRead(l *course.Lesson, section string) (string, error) {
	if section != "" {
		s, err := l.Section(section)
		return s.Text, err
	}
	title, rest, _ := strings.Cut(l.Text, "\n")
	return title + "\n\n" + l.About() + "\n" + rest, nil
}

// completeSections offers the topics' names to the shell, and behind one its
// sections.
func completeSections(a *app) cobra.CompletionFunc {
	topics := completeTopics(a)
	return func(cmd *cobra.Command, args []string, begin string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) != 1 {
			return topics(cmd, args, begin)
		}
		l, err := a.lesson(args[0])
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []cobra.Completion
		for _, s := range l.Headed() {
			if title := strings.ToLower(s.Title); strings.HasPrefix(title, strings.ToLower(begin)) {
				out = append(out, title)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
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

func (a *app) nextAfterReading(ctx context.Context, l *course.Lesson) string {
	text := "Next:\n"
	exercise, what := a.practice(ctx, l)
	for _, next := range [][2]string{
		{"learnnet demo " + l.Slug, "the two programs, live"},
		{"learnnet quiz " + l.Slug, "the questions"},
		{exercise, what},
	} {
		text += fmt.Sprintf("  %-*s   %s\n", len("learnnet start "+l.Slug), next[0], next[1])
	}
	return text
}
