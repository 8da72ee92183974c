package course

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// lintExcerpts wants the ladders that the lesson quotes in part to be in the
// recording, which is proved to be what the demo does today: each line, in the
// same order, and in the same act if the first line is an act's title. The info
// string is "text excerpt" for the ladder of demo --wire, and "text excerpt
// --plain" for the one with calls and states.
func (l *Lesson) lintExcerpts() error {
	var errs []error
	for _, b := range splitBlocks(l.Text) {
		info := strings.Fields(b.info)
		plain := slices.Equal(info, []string{"text", "excerpt", "--plain"})
		if !b.fenced || !plain && !slices.Equal(info, []string{"text", "excerpt"}) {
			continue
		}
		run, err := l.Recording()
		if err != nil {
			return err
		}
		if !plain {
			run = slices.DeleteFunc(run, func(e trace.Event) bool { return e.Call != nil || e.Socket != nil })
		}
		drawn, err := draw(run, plain)
		if err != nil {
			return err
		}
		if err := excerptOfLadder(b.text, drawn); err != nil {
			errs = append(errs, fmt.Errorf("the ladder that it quotes in part is not the recording's: %w", err))
		}
	}
	return errors.Join(errs...)
}

const actTitle = "── Act "

// excerptOfLadder wants the lines of excerpt among those of the ladder, in the
// same order.
func excerptOfLadder(excerpt, ladder string) error {
	have, quoted := steadyLines(ladder), steadyLines(excerpt)
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

// steadyLines returns the lines of a ladder without what differs from run to run.
func steadyLines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if l := volatile(line); l != "" {
			out = append(out, l)
		}
	}
	return out
}
