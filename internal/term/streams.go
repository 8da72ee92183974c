// Package term is the terminal, or the pipe in its place: streams, width,
// colour, pages and Markdown.
package term

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// Streams are a command's three streams and what is known of what they lead to.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer

	InTerminal  bool // somebody types
	OutTerminal bool // somebody watches: progress may be drawn, pages turned
	ErrTerminal bool
	Width       int  // columns; 80 where there is no terminal to ask
	Color       bool // Out takes ANSI colours
	Dark        bool // the terminal's background, as far as it says

	failed error // the first that Printf met
}

const defaultWidth = 80

// System returns the streams of a process, with env in the manner of
// os.Getenv. NO_COLOR (no-color.org), TERM=dumb, COLUMNS and COLORFGBG are
// respected.
func System(in, out, err *os.File, env func(string) string) *Streams {
	s := &Streams{In: in, Out: out, Err: err, Width: defaultWidth, Dark: true}
	s.InTerminal = term.IsTerminal(int(in.Fd()))
	s.ErrTerminal = term.IsTerminal(int(err.Fd()))
	s.OutTerminal = term.IsTerminal(int(out.Fd())) && env("TERM") != "dumb"
	s.Color = s.OutTerminal && env("NO_COLOR") == ""
	if w, _, e := term.GetSize(int(out.Fd())); e == nil && w > 0 {
		s.Width = w
	}
	if w, e := strconv.Atoi(env("COLUMNS")); e == nil && w > 0 {
		s.Width = w
	}
	// "15;0": foreground, then background; 7 and 15 are the light ones. A
	// terminal is never asked: one that doesn't answer would hold us up.
	if _, background, ok := strings.Cut(env("COLORFGBG"), ";"); ok {
		s.Dark = background != "7" && background != "15" && !strings.HasSuffix(background, ";15")
	}
	return s
}

// Test returns streams that are no terminal, reading input, with what is
// written to them.
func Test(input string) (s *Streams, out, err *bytes.Buffer) {
	out, err = new(bytes.Buffer), new(bytes.Buffer)
	return &Streams{In: strings.NewReader(input), Out: out, Err: err, Width: defaultWidth, Dark: true}, out, err
}

// Printf writes to Out. Its error is kept for Failed: what a command does
// besides writing is still worth doing.
func (s *Streams) Printf(format string, args ...any) {
	if _, err := fmt.Fprintf(s.Out, format, args...); err != nil && s.failed == nil {
		s.failed = err
	}
}

// Failed returns the first error that Printf met: the disk is full, or the
// reader has gone away.
func (s *Streams) Failed() error { return s.failed }

// Warnf writes a line to Err.
func (s *Streams) Warnf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.Err, "learnnet: "+format+"\n", args...)
}

// Status shows a line that the next one replaces, such as what is being waited
// for. In a pipe it shows nothing. An empty line takes the last one away.
func (s *Streams) Status(line string) {
	if !s.OutTerminal {
		return
	}
	_, _ = io.WriteString(s.Out, "\r\x1b[K"+Cut(line, s.Width-1))
}
