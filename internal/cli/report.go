package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/term"
	"github.com/learnnet/learnnet/internal/trace"
)

// drawStep tells of a step in one line. Skipped steps are named together, at
// the end.
func drawStep(a *app, s check.StepReport) {
	var mark string
	switch s.Verdict {
	case check.Passed:
		mark = a.Good("✓")
	case check.Failed:
		mark = a.Bad("✗")
	case check.Broken:
		mark = a.Notable("!")
	default:
		return
	}
	points := fmt.Sprintf("%d/%d", s.Points, s.MaxPoints)
	room := min(a.Width, 80) - 4 - len(points) - 1
	title := term.Cut(sentence(s), room)
	a.Printf("  %s %s %s%s\n", mark, title, strings.Repeat(" ", room-runewidth.StringWidth(title)), a.Faint(points))
}

// sentence is a step in words: "the server answers hi".
func sentence(s check.StepReport) string {
	if s.Role == "main" {
		return "your program " + s.Title
	}
	return "the " + s.Role + " " + s.Title
}

// drawReport draws what is left to say after the steps: the first step that
// did not pass, in full, and the score.
func drawReport(a *app, l *course.Lesson, r check.Report, replay string) {
	var notPassed []check.StepReport
	var skipped []string
	for _, s := range r.Steps {
		switch s.Verdict {
		case check.Failed, check.Broken:
			notPassed = append(notPassed, s)
		case check.Skipped:
			skipped = append(skipped, s.Name)
		}
	}
	if len(skipped) > 0 {
		a.Printf("%s\n", term.Hang("  – ", "skipped, since they build on what failed: "+strings.Join(skipped, ", "), a.Width))
	}
	if len(notPassed) > 0 {
		drawFailure(a, notPassed[0], r)
		for _, s := range notPassed[1:] {
			a.Printf("\n%s\n", term.Hang("Also: ", "\""+sentence(s)+"\" "+outcome(s)+": "+causeText(s), a.Width))
		}
	}
	a.Printf("\n%s\n", verdictLine(a, l, r))
	if len(notPassed) > 0 {
		if a.OutTerminal { // the cause has scrolled away by now
			a.Printf("%s\n", term.Wrap(causeText(notPassed[0]), min(a.Width, 80), "  "))
		}
		a.Printf("The same inputs again: %s\n", replay)
	}
	if r.Verdict == check.Failed {
		a.Printf("A hint:                learnnet hint %s\n", l.Slug)
	}
}

func verdictLine(a *app, l *course.Lesson, r check.Report) string {
	score := fmt.Sprintf("%d of %d points", r.Score, r.MaxScore)
	switch r.Verdict {
	case check.Passed:
		return a.Good(l.Slug+" passed: ") + score
	case check.Failed:
		return a.Bad(l.Slug+" failed: ") + score
	}
	return a.Notable(l.Slug+" could not be checked") + ": this is not your program's fault; \"learnnet doctor\" looks at the machine"
}

func outcome(s check.StepReport) string {
	if s.Verdict == check.Broken {
		return "could not be checked"
	}
	return string(s.Verdict)
}

func causeText(s check.StepReport) string {
	if s.Cause == nil {
		return "no cause is known"
	}
	return s.Cause.Message
}

// drawFailure tells why a step failed: the cause and its evidence, what was
// done, what crossed the wire, and what to make of it.
func drawFailure(a *app, s check.StepReport, r check.Report) {
	width := min(a.Width, 80)
	a.Printf("\n%s\n", a.Bold(term.Wrap("Why \""+sentence(s)+"\" "+outcome(s), width, "")))
	a.Printf("%s\n", a.Bad(term.Wrap(causeText(s), width, "  ")))
	if s.Cause != nil {
		for _, line := range s.Cause.Evidence {
			a.Printf("    %s\n", line) // carets point at columns: never wrapped
		}
	}
	if len(s.Transcript) > 0 {
		a.Printf("\n%s\n", a.Bold("What happened"))
		for _, line := range s.Transcript {
			a.Printf("%s\n", term.Hang("  ", line, a.Width))
		}
	}
	drawWire(a, s, r)
	if s.Rationale != "" {
		a.Printf("\n%s\n%s\n", a.Bold("Why it matters"), term.Wrap(s.Rationale, width, "  "))
	}
	if s.Hint != "" {
		a.Printf("\n%s\n%s\n", a.Bold("Most likely"), term.Wrap(s.Hint, width, "  "))
	}
}

// ladderRows bounds the ladder of a step that did not pass: how it ended
// matters most.
const ladderRows = 50

// drawWire draws the ladder of a step if anything crossed the wire.
func drawWire(a *app, s check.StepReport, r check.Report) {
	if !slices.ContainsFunc(s.Events, func(e trace.Event) bool { return e.Frame != nil }) {
		return // the transcript has told everything
	}
	a.Printf("\n%s\n", a.Bold("On the wire"))
	// It fails if nobody reads any more.
	_ = ladder.WriteExcerpt(a.Out, s.Events, checkLadder(a, r), ladderRows)
}

// checkLadder says how the ladder of a check looks: the checker talks to
// programs directly, on the loopback too.
func checkLadder(a *app, r check.Report) ladder.Options {
	look := ladderOptions(a, r.Isolation, 0, false)
	look.NoWire, look.Relay = look.Relay, false
	return look
}

// writeStory writes the whole story of a check as a page: what each step found,
// what was done, and all that crossed the wire.
func writeStory(w io.Writer, a *app, l *course.Lesson, r check.Report, replay string) error {
	look := checkLadder(a, r)
	look.Title = fmt.Sprintf("%s: %s, %d of %d points", l.Slug, r.Verdict, r.Score, r.MaxScore)
	story := ladder.Story{Facts: []string{"The same inputs again: " + replay}}
	for _, s := range r.Steps {
		mark := map[check.Verdict]string{check.Passed: "\u2713", check.Failed: "\u2717", check.Skipped: "\u2013"}[s.Verdict]
		if mark == "" {
			mark = "!"
		}
		c := ladder.Chapter{Title: fmt.Sprintf("%s %s: %s, %d of %d points", mark, sentence(s), s.Verdict, s.Points, s.MaxPoints),
			Bad: s.Cause != nil, Closed: s.Cause == nil}
		add := func(heading string, exact bool, lines ...string) {
			if len(lines) > 0 && strings.Join(lines, "") != "" {
				c.Parts = append(c.Parts, ladder.Part{Heading: heading, Lines: lines, Exact: exact})
			}
		}
		if s.Cause != nil {
			add("Why", false, causeText(s))
			add("Evidence", true, s.Cause.Evidence...)
		}
		add("What happened", true, s.Transcript...)
		add("Why it matters", false, s.Rationale)
		add("Most likely", false, s.Hint)
		if len(s.Events) > 0 {
			c.Events = slices.Values(s.Events)
		}
		story.Chapters = append(story.Chapters, c)
	}
	return ladder.WriteStory(w, story, look)
}
