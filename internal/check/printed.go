package check

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// Stdout returns what the program has printed so far.
func (p *Process) Stdout() string { return p.proc.Stdout().String() }

// Stderr returns what the program has written to standard error so far.
func (p *Process) Stderr() string { return p.proc.Stderr().String() }

// ExpectPrinted waits until ok accepts what the program has printed on
// standard output. want says in words what is expected.
func (p *Process) ExpectPrinted(want string, ok func(printed string) bool) {
	p.expectPrinted(WrongOutput{Role: p.Role, Stream: trace.Stdout, Want: want}, ok)
}

// ExpectLine waits until the program has printed a line that is text, perhaps
// behind a prompt such as "> ", or as Python shows bytes (b'text').
func (p *Process) ExpectLine(text string) {
	want := "an empty line"
	if text != "" {
		want = "the line " + quote([]byte(text))
	}
	p.ExpectPrinted(want, func(printed string) bool {
		for line := range strings.Lines(printed) {
			if strings.HasSuffix(line, "\n") && lineSays(strings.TrimRight(line, "\r\n"), text) {
				return true
			}
		}
		return false
	})
}

// lineSays reports whether a printed line is text, give or take a prompt of
// punctuation in front of it and quotes as Go and Python print them.
func lineSays(line, text string) bool {
	line = strings.TrimSpace(line)
	for _, shown := range []string{text, `"` + text + `"`, "'" + text + "'", "b'" + text + "'", `b"` + text + `"`} {
		rest, ok := strings.CutSuffix(line, shown)
		if ok && !strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return true
		}
	}
	return false
}

func (p *Process) expectPrinted(c WrongOutput, ok func(string) bool) {
	ctx, cancel := p.wait()
	defer cancel()
	accepted := p.proc.Stdout().Until(ctx, func(b []byte) bool { return ok(string(b)) })
	if accepted {
		p.t.Prove()
		return
	}
	p.t.brokenIf(nil)
	c.Got = p.proc.Stdout().Bytes()
	if !p.dying() {
		c.StillRuns, c.Doing = true, p.Doing()
	}
	p.failFor(c, fmt.Sprintf("it printed %s", c.Want))
}

// ExpectStdout waits for the program to end and expects its whole standard
// output to be want.
func (p *Process) ExpectStdout(want string) {
	p.await()
	got := p.proc.Stdout().Bytes()
	p.t.Expect(string(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n"))) == want,
		WrongOutput{Role: p.Role, Stream: trace.Stdout, Exact: []byte(want), Got: got})
}

// MarkStderr has what the program says on standard error until it rests not
// count as words about what comes. What comes may be the checker's doing, or the
// end of a wait: a program that has ended by now may have met it, so that all
// that it said counts. So it does if the program doesn't come to rest for a while.
func (p *Process) MarkStderr() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	limit := time.After(settledCap)
	for {
		// In this order: a program that rests has not met what comes, and
		// what it said before lies in the pipe at most.
		said := p.proc.Stderr().Total()
		d := p.proc.Doing()
		switch {
		case d.Ended:
			return
		case !d.Known && p.t.lab.Isolation() == lab.TwoHosts: // gone, and its end is not told yet
		case !d.Known, d.Blocked && !p.proc.OutputWaits():
			p.marked = said
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			return
		case <-p.t.ctx.Done():
			p.t.brokenIf(nil)
		}
	}
}

// explanation returns what the program has said on standard error since
// MarkStderr, and whether there is a word in it.
func (p *Process) explanation() (said string, some bool) {
	said = p.Stderr()
	fresh := min(int64(len(said)), max(0, p.proc.Stderr().Total()-p.marked))
	said = said[int64(len(said))-fresh:]
	return said, strings.ContainsFunc(said, unicode.IsLetter)
}

// crash is what the traces begin with that Python (also for groups of
// exceptions), Go, Node.js, Java and Rust leave behind for an error that nobody
// caught.
var crash = regexp.MustCompile(`(?m)^[\s|+]*(Exception Group )?Traceback \(most recent call last\)|^goroutine \d+ \[|^\s+at .+:\d+:\d+\)?$` +
	`|^Exception in thread "|^\s+at .+\(.+:\d+\)$|^thread '.*' (\(\d+\) )?panicked at `)

// ExpectOwnWords expects the program to have said something on standard error
// by now, since MarkStderr if that was called, and not by the trace of an error
// that nobody caught. What is what it should have said: "what went wrong".
func (p *Process) ExpectOwnWords(what string) {
	said, some := p.explanation()
	p.t.Expect(some && !crash.MatchString(said),
		WrongOutput{Role: p.Role, Stream: trace.Stderr, Want: what + ", in its own words", Got: []byte(said)})
}

// ExpectPoliteFailure is ExpectExitError and ExpectOwnWords.
func (p *Process) ExpectPoliteFailure(what string) {
	p.ExpectExitError()
	p.ExpectOwnWords(what)
}
