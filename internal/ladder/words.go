package ladder

import (
	"strconv"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// Printable returns text that can do a terminal no harm: control characters,
// bytes that are not UTF-8 and, with ascii, all that is not ASCII become Go
// escapes.
func Printable(text string, ascii bool) string { return escape(text, ascii) }

// Notes returns what else there is to say of a frame than what it says itself:
// "again, held 20 ms".
func Notes(f *trace.Frame, p trace.Packet) string { return notes(f, p) }

// Turn says in which way a program's run has turned: it starts, or ends.
func Turn(p *trace.Process) string {
	switch exit := p.Exit; {
	case exit == nil:
		return "starts"
	case exit.Signal != "":
		return "ends, " + exit.Signal
	default:
		return "ends, status " + strconv.Itoa(exit.Status)
	}
}

// Given says what a program got on its standard input.
func Given(in *trace.Input) string {
	switch {
	case in.EOF && len(in.Data) > 0:
		return "gets " + quote(in.Data) + ", then end of input"
	case in.EOF:
		return "gets end of input"
	}
	return "gets " + quote(in.Data)
}

// Milliseconds shows a duration as closely as it matters: "3.1 ms".
func Milliseconds(d time.Duration) string { return milliseconds(d) }

// Clock shows a time of a run in milliseconds, in seven cells.
func Clock(at time.Duration) string { return clock(at) }

// Learned returns the arguments that the kernel filled in by the time a call
// returned: those that its entry hasn't got.
func Learned(entry, exit []string) []string { return learned(entry, exit) }
