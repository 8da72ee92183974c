package course

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
)

// quotedWidth is how wide the ladders are that lessons quote.
const quotedWidth = 78

// demoProofs wants the demo to play in each of its languages, the predictions
// to have an answer in the run, and the ladders that the lesson quotes to be
// what the demo prints today.
func (l *Lesson) demoProofs(isolation lab.Isolation) []Proof {
	var out []Proof
	for _, lang := range l.Source.Lesson.Demo.Languages() {
		out = append(out, Proof{"demo " + lang, func(ctx context.Context, _ uint64) error {
			return l.ProveLadders(ctx, l.Text, lang, isolation)
		}})
	}
	if isolation != lab.Loopback {
		out = append(out, Proof{"recording", func(ctx context.Context, _ uint64) error { return l.proveRecording(ctx) }})
	}
	return out
}

// ProveLadders plays the demo in a language and compares it with the ladders
// of it that text quotes, after the predictions.
func (l *Lesson) ProveLadders(ctx context.Context, text, lang string, isolation lab.Isolation) error {
	timeline := trace.New()
	var kind lab.Isolation
	err := demo.Play(ctx, l.Source.Lesson.Demo, demo.Options{Lesson: l.Slug, Language: lang, Timeline: timeline,
		Isolation: isolation, Env: sameEverywhere, OnLab: func(l *lab.Lab) { kind = l.Isolation() }})
	if err != nil {
		return err
	}
	if kind != lab.TwoHosts {
		return nil // there are no frames to predict or to quote
	}
	run := timeline.Events()
	qs, err := l.Questions()
	if err != nil {
		return err
	}
	for _, q := range qs {
		if q.Predict {
			if _, err := l.Answer(q, run); err != nil {
				return fmt.Errorf("prediction %s: %w", q.ID, err)
			}
		}
	}
	printed, err := draw(run, false)
	if err != nil {
		return err
	}
	for _, b := range splitBlocks(text) {
		if quotedLang, ok := demoQuote(b); ok && quotedLang == lang {
			if err := sameLadder(b.text, printed); err != nil {
				return fmt.Errorf("the ladder in the text is not what the demo prints: %w\nthe demo prints:\n%s", err, printed)
			}
		}
	}
	return nil
}

// draw draws a run as demo --plain does, which is talkative, or as --wire does.
func draw(run []trace.Event, talkative bool) (string, error) {
	var b bytes.Buffer
	text := ladder.NewText(&b, ladder.Options{Width: quotedWidth, Talkative: talkative,
		Names: map[trace.Host]string{trace.Client: lab.ClientIP.String(), trace.Server: lab.ServerIP.String()}})
	for _, e := range run {
		if err := text.Event(e); err != nil {
			return "", err
		}
	}
	err := text.Close()
	return b.String(), err
}

// demoQuote reports whether a block quotes what the demo prints, and in which
// language: its info string is "text demo" or "text demo --lang LANGUAGE".
func demoQuote(b block) (lang string, ok bool) {
	if !b.fenced {
		return "", false
	}
	switch f := strings.Fields(b.info); {
	case slices.Equal(f, []string{"text", "demo"}):
		return "go", true
	case len(f) == 4 && f[0] == "text" && f[1] == "demo" && f[2] == "--lang":
		return f[3], true
	}
	return "", false
}

var (
	timeColumn = regexp.MustCompile(`^ *\d+\.\d+`)
	fiveDigits = regexp.MustCompile(`\b\d{5}\b`)
	bareACK    = regexp.MustCompile(`^│ ?◀?─*ACK seq=\d+ ack=\d+( \(duplicate ACK\))?─*▶?│$`)
	drawnLine  = regexp.MustCompile(`─+`)
	space      = regexp.MustCompile(` +`)
	date       = regexp.MustCompile(`\d{4}-\d\d-\d\d|\b\d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b`)
	timeOfDay  = regexp.MustCompile(`\d\d:\d\d(:\d\d)?`)
	duration   = regexp.MustCompile(`\d+(\.\d+)? ?ms`)
)

// volatile replaces what differs from run to run: dates, times, and the ports
// that the kernel picks.
func volatile(line string) string {
	line = timeColumn.ReplaceAllString(line, "")
	line = date.ReplaceAllString(line, "DATE")
	line = timeOfDay.ReplaceAllString(line, "TIME")
	line = duration.ReplaceAllString(line, "N ms")
	line = fiveDigits.ReplaceAllStringFunc(line, func(n string) string {
		if n < "32768" { // below the ports that Linux picks
			return n
		}
		return "PORT"
	})
	line = drawnLine.ReplaceAllString(line, "─")
	return strings.TrimSpace(space.ReplaceAllString(line, " "))
}

// sameLadder compares two ladders line by line, leaving volatile fields and
// the order of lines aside: two hosts really run at once, and what one does
// may come before or after what the other does.
func sameLadder(quoted, printed string) error {
	a, b := ladderLines(quoted), ladderLines(printed)
	for _, line := range a {
		i := slices.Index(b, line)
		if i < 0 {
			return fmt.Errorf("it quotes %q, which is not printed", line)
		}
		b = slices.Delete(b, i, i+1)
	}
	if len(b) > 0 {
		return fmt.Errorf("it doesn't quote %q, which is printed", b[0])
	}
	return nil
}

func ladderLines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		// Whether an acknowledgement goes alone or with what its sender has to
		// say anyway is a matter of who is faster (RFC 9293 §3.8.6.3), and on a
		// busy machine one may come late enough for a retransmission.
		if l := volatile(line); l != "" && !bareACK.MatchString(l) && !strings.Contains(l, "(again") {
			out = append(out, l)
		}
	}
	return out
}
