package check

import (
	"fmt"
	"slices"

	"github.com/learnnet/learnnet/internal/trace"
)

// transcriptLines bounds a transcript: its beginning and its end are kept.
const transcriptLines = 60

// transcript tells in words what checker and programs did. Frames are left to
// the ladder.
func transcript(events []trace.Event) []string {
	out := []string{}
	var last *trace.Output // told in the last line, or nil
	var printed []byte     // what that line shows
	for _, e := range events {
		if e.Frame != nil {
			continue
		}
		switch {
		case e.Action != nil:
			line := fmt.Sprintf("%s %s", e.Action.Actor, e.Action.Text)
			if e.Action.Data != nil {
				line += " " + quote(e.Action.Data)
			}
			out = append(out, line)
		case e.Output != nil && goesOn(last, e.Output):
			printed = append(printed, e.Output.Data...)
			out[len(out)-1] = printedText(e.Output, printed)
		case e.Output != nil:
			printed = slices.Clone(e.Output.Data)
			out = append(out, printedText(e.Output, printed))
		case e.Input != nil && e.Input.EOF:
			out = append(out, fmt.Sprintf("%s's standard input ends", e.Input.Program))
		case e.Input != nil:
			out = append(out, fmt.Sprintf("%s reads from standard input %s", e.Input.Program, quote(e.Input.Data)))
		case e.Process != nil && e.Process.Exit == nil:
			out = append(out, fmt.Sprintf("%s starts", e.Process.Program))
		case e.Process != nil:
			out = append(out, fmt.Sprintf("%s ends (%s)", e.Process.Program, exitText(*e.Process.Exit)))
		}
		last = e.Output
	}
	if cut := len(out) - transcriptLines; cut > 0 {
		rest := out[len(out)-transcriptLines/2:]
		out = append(out[:transcriptLines/2:transcriptLines/2], fmt.Sprintf("[%d lines left out]", cut))
		out = append(out, rest...)
	}
	return out
}

// goesOn reports whether o is more of what last is a part of.
func goesOn(last, o *trace.Output) bool {
	return last != nil && last.Program == o.Program && last.Stream == o.Stream
}

func printedText(o *trace.Output, printed []byte) string {
	verb := "prints"
	if o.Stream == trace.Stderr {
		verb = "logs"
	}
	return fmt.Sprintf("%s %s %s", o.Program, verb, quote(printed))
}
