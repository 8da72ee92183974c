package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/term"
)

func newGlossary(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "glossary [TERM]",
		Short: "What a word means, and which lesson shows it",
		Long:  "Tell what a word means and which lesson shows it. Without a word, list them all.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return tellTerms(a, strings.Join(args, " "))
		},
		ValidArgsFunction: func(_ *cobra.Command, _ []string, begin string) ([]cobra.Completion, cobra.ShellCompDirective) {
			c, err := a.course()
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var out []cobra.Completion
			for _, t := range c.Glossary {
				if strings.HasPrefix(strings.ToLower(t.Name), strings.ToLower(begin)) {
					out = append(out, t.Name)
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// tellTerms tells what a term means, or lists all with the beginnings of what
// they mean.
func tellTerms(a *app, name string) error {
	c, err := a.course()
	if err != nil {
		return err
	}
	if name != "" {
		t, err := c.Term(name)
		if err != nil {
			return err
		}
		a.tellTerm(t)
		return nil
	}
	names := 0
	for _, t := range c.Glossary {
		names = max(names, len(t.Name))
	}
	for _, t := range c.Glossary {
		head := term.Pad(t.Name, names) + "  "
		a.Printf("%s\n", a.Bold(head)+term.Cut(flow(t.Text), a.Width-len(head)))
	}
	a.Printf("\n\"learnnet glossary TERM\" tells all of it, and which lesson shows it.\n")
	return nil
}

func (a *app) tellTerm(t course.Term) {
	head := a.Bold(t.Name)
	if len(t.Also) > 0 {
		head += fmt.Sprintf(" (also %s)", strings.Join(t.Also, ", "))
	}
	a.Printf("%s\n%s\n\nThe lesson that shows it: learnnet read %s\n", head, term.Wrap(flow(t.Text), min(a.Width, 80), "  "), t.Lesson)
}
