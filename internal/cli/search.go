package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/term"
)

// mostHits is how many sections a search shows.
const mostHits = 10

func newSearch(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "search WORD ...",
		Short: "Find where the lessons tell of something",
		Long:  "Find the sections of lessons that have all the words, those that are most about them\nfirst. A word also finds those that begin with it.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("search needs a word to look for, such as \"learnnet search time wait\"")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return search(a, args) },
	}
}

func search(a *app, words []string) error {
	c, err := a.course()
	if err != nil {
		return err
	}
	if t, err := c.Term(strings.Join(words, " ")); err == nil {
		a.tellTerm(t)
		a.Printf("\n")
	}
	hits := c.Search(words)
	if len(hits) == 0 {
		a.Printf("No section of a lesson has all of this: %s\nTry fewer words, or \"learnnet glossary\".\n", strings.Join(words, " "))
		return nil
	}
	for _, h := range hits[:min(len(hits), mostHits)] {
		a.Printf("%s: %s\n", a.Bold(h.Lesson.Slug), h.Section.Title)
		if h.Excerpt != "" {
			a.Printf("%s\n", term.Wrap(term.Cut(h.Excerpt, 2*min(a.Width, 80)-8), min(a.Width, 80), "  "))
		}
		a.Printf("  %s\n\n", a.Faint(readCommand(h)))
	}
	if more := len(hits) - mostHits; more > 0 {
		a.Printf("%d more sections have it too: with more words there are fewer.\n", more)
	}
	return nil
}

// readCommand is what opens the section that was found.
func readCommand(h course.Hit) string {
	command := "learnnet read " + h.Lesson.Slug
	if h.Section.Title != h.Lesson.Title {
		command += " " + strings.ToLower(h.Section.Title)
	}
	return command
}
