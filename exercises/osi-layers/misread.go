package osilayers

import (
	"fmt"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

// A misread is the first line in which a program went wrong, and the frame that
// the line is about.
type misread struct {
	check.WrongOutput
	number int
	sample sample
}

// newMisread returns the cause for a line that was printed in the place of the
// line that was wanted. An empty one is none at all.
func newMisread(number int, s sample, want, printed string) misread {
	out := check.WrongOutput{Role: role, Stream: trace.Stdout, Exact: []byte(want), Got: []byte(printed)}
	if want == "" {
		out.Exact, out.Want = nil, "no further line"
	}
	return misread{out, number, s}
}

func (m misread) Error() string {
	return fmt.Sprintf("at frame %d (%s): %s", m.number, m.sample.what, m.WrongOutput.Error())
}

// Evidence shows the frame, too.
func (m misread) Evidence() []string {
	const most = 240 // digits: enough for all headers
	text := m.sample.text()
	if len(text) > most {
		text = fmt.Sprintf("%s… (%d digits)", text[:most], len(text))
	}
	return append([]string{fmt.Sprintf("frame %d is %q", m.number, text)}, m.WrongOutput.Evidence()...)
}

// An unread is a misread frame about which nothing was printed, and nothing
// about those behind it.
type unread struct{ misread }

func (u unread) Kind() check.Kind { return check.KindExitedEarly }

func (u unread) Error() string {
	return fmt.Sprintf("the program ended with status 0, and printed nothing about frame %d (%s) nor any behind it", u.number, u.sample.what)
}
