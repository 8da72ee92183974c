package udpchat

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

// colored are the names of the task's table; the first has 31, the next 32.
var colored = []string{"anna", "bert", "carl", "dora", "emil", "fred"}

// painted returns a name as the server is to show it.
func painted(name string) string {
	for i, known := range colored {
		if name == known {
			return fmt.Sprintf("\x1b[%dm%s\x1b[0m", 31+i, name)
		}
	}
	return visible(name)
}

// visible returns text as the task wants it shown: control characters, and
// bytes that are not UTF-8, as \xNN.
func visible(text string) string {
	var b strings.Builder
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// startServer starts the server in an environment that doesn't ask for a screen
// without colours. NO_COLOR is not set in it unless the checker's own
// environment has it, and then it is empty, which counts as none.
func startServer(t *check.T) *check.Process {
	if os.Getenv("NO_COLOR") != "" {
		return startServerWith(t, "")
	}
	return t.StartServer("server", "udp")
}

// startServerWith starts the server with a value of NO_COLOR, and says so.
func startServerWith(t *check.T, noColor string) *check.Process {
	t.Act(trace.Server, fmt.Sprintf("starts the server with NO_COLOR=%q", noColor), nil)
	t.Setenv("NO_COLOR", noColor)
	return t.StartServer("server", "udp")
}

// say sends a datagram and expects the answer to it.
func say(t *check.T, c *check.Conn, datagram, answer string) {
	c.Send(datagram)
	hear(t, c, answer)
}

// hear expects the next datagram that comes back to be answer.
func hear(t *check.T, c *check.Conn, answer string) {
	got := c.ReadDatagram(strconv.Quote(answer))
	t.Expect(got == answer, check.SentSomethingElse{Role: "server", Want: []byte(answer), Got: []byte(got)})
}

// refuse sends a datagram and expects an error for an answer.
func refuse(t *check.T, c *check.Conn, datagram string) {
	c.Send(datagram)
	got := c.ReadDatagram(`an error datagram, "error: " and what is wrong`)
	reason, ok := strings.CutPrefix(got, "error: ")
	t.Expect(ok && strings.TrimSpace(reason) != "",
		check.SentSomethingElse{Role: "server", Want: []byte("error: (what is wrong)"), Got: []byte(got)})
}

// expectShown waits until the server has printed line, byte for byte.
func expectShown(p *check.Process, line string) {
	expectPrinted(p, line, "", "", asIs)
}

func asIs(printed string) string { return printed }

// expectWords waits until the server has printed line, in whatever colours:
// for steps that are not about them.
func expectWords(p *check.Process, line string) {
	expectPrinted(p, line, "", "", func(printed string) string { return graphics.ReplaceAllString(printed, "") })
}

// graphics are the sequences that choose colours and the like (ECMA-48 §8.3.117).
var graphics = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// expectPrinted waits for a line. A prompt may stand before it: punctuation, and
// name, if the program knows one. why, if it is not empty, is told with what
// was expected.
func expectPrinted(p *check.Process, line, name, why string, as func(printed string) string) {
	p.ExpectPrinted("the line "+strconv.Quote(line)+why, func(printed string) bool {
		return printsLine(printed, func(got string) bool { return shows(as(got), line, name) })
	})
}

// printsLine reports whether a whole line of what was printed is right.
func printsLine(printed string, right func(line string) bool) bool {
	for got := range strings.Lines(printed) {
		if strings.HasSuffix(got, "\n") && right(got) {
			return true
		}
	}
	return false
}

// expectOnly refuses a client that has printed anything beside prompts and
// these answers, each of them once.
func expectOnly(t *check.T, p *check.Process, name string, answers ...string) {
	for got := range strings.Lines(p.Stdout()) {
		if len(answers) > 0 && shows(got, answers[0], name) {
			answers = answers[1:]
			continue
		}
		t.Expect(shows(got, "", name), check.WrongOutput{Role: "client", Stream: trace.Stdout,
			Want: "prompts and each answer once, and nothing else", Got: []byte(got)})
	}
}

func shows(got, line, name string) bool {
	before, ok := strings.CutSuffix(strings.TrimRight(got, " \r\n"), strings.TrimRight(line, " "))
	if name != "" {
		before = strings.ReplaceAll(before, name, "")
	}
	return ok && !strings.ContainsFunc(before, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsControl(r) || r == utf8.RuneError
	})
}

// expectTame refuses a program that has let raw, bytes with control characters
// in them, through to the terminal.
func expectTame(t *check.T, p *check.Process, raw string) {
	for stream, written := range map[trace.Stream]string{trace.Stdout: p.Stdout(), trace.Stderr: p.Stderr()} {
		t.Expect(!strings.Contains(written, raw), check.WrongOutput{Role: p.Role, Stream: stream,
			Want: "no control characters of a datagram's", Got: []byte(written)})
	}
}

// word returns a word that nothing else in the check has, and no colour.
func word(r *rand.Rand) string {
	const letters = "bcdfghjklmnpqrstvwxz"
	b := make([]byte, 6)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}
