package course

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/learnnet/learnnet/internal/trace"
)

// lintExcerpts wants what the lesson quotes of a run in part to be in the
// recording, which is proved to be what the demo does today: each line, in the
// same order, and in the same act if the first line is an act's title. The info
// string is "text excerpt" for the ladder of demo --wire, "text excerpt --plain"
// for the one with calls and states, and "text printed PROGRAM" for what a
// program printed.
func (l *Lesson) lintExcerpts() error {
	var errs []error
	for _, b := range splitBlocks(l.Text) {
		info := strings.Fields(b.info)
		if !b.fenced || len(info) < 2 || info[0] != "text" || info[1] != "excerpt" && info[1] != "printed" {
			continue
		}
		run, err := l.Recording()
		if err != nil {
			return err
		}
		whole, err := quotable(run, info[1:])
		if err == nil {
			err = inOrder(b.text, whole)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("what it quotes as %q is not what the recording has: %w", b.info, err))
		}
	}
	return errors.Join(errs...)
}

// quotable returns the text that a block with this info string quotes.
func quotable(run []trace.Event, info []string) (string, error) {
	switch {
	case slices.Equal(info, []string{"excerpt"}):
		return draw(slices.DeleteFunc(run, func(e trace.Event) bool { return e.Call != nil || e.Socket != nil }), false)
	case slices.Equal(info, []string{"excerpt", "--plain"}):
		return draw(run, true)
	case len(info) > 1 && info[0] == "printed":
		return printed(run, strings.Join(info[1:], " ")), nil // a name may have several words
	}
	return "", errors.New("write text excerpt, text excerpt --plain, or text printed PROGRAM")
}

// printed returns what a program wrote to its standard output, with what
// controls a terminal as Go writes it: \x1b.
func printed(run []trace.Event, program string) string {
	var out strings.Builder
	for _, r := range trace.Printed(run, program) {
		if unicode.IsPrint(r) || r == '\n' {
			out.WriteRune(r)
		} else {
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return out.String()
}

const actTitle = "── Act "

// inOrder wants the lines of excerpt among those of the whole, in the same order.
func inOrder(excerpt, whole string) error {
	have, quoted := steadyLines(whole), steadyLines(excerpt)
	if len(quoted) == 0 {
		return errors.New("it has no lines")
	}
	at := 0
	for i, line := range quoted {
		n := slices.Index(have[at:], line)
		if n < 0 {
			return fmt.Errorf("%q is not in it, or not behind the line before", line)
		}
		inOneAct := i > 0 && strings.HasPrefix(quoted[0], volatile(actTitle))
		if inOneAct && slices.ContainsFunc(have[at:at+n], func(l string) bool { return strings.HasPrefix(l, volatile(actTitle)) }) {
			return fmt.Errorf("%q is not in that act", line)
		}
		at += n + 1
	}
	return nil
}

// steadyLines returns the lines of a text without what differs from run to run.
func steadyLines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if l := volatile(line); l != "" {
			out = append(out, l)
		}
	}
	return out
}
