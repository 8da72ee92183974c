package check

import (
	"fmt"

	"github.com/learnnet/learnnet/internal/trace"
)

// transcriptLines bounds a transcript: its beginning and its end are kept.
const transcriptLines = 60

// transcript tells in words what checker and programs did. Frames are left to
// the ladder.
func transcript(events []trace.Event) []string {
	out := []string{}
	for _, e := range events {
		switch {
		case e.Action != nil:
			line := fmt.Sprintf("%s %s", e.Action.Actor, e.Action.Text)
			if e.Action.Data != nil {
				line += " " + quote(e.Action.Data)
			}
			out = append(out, line)
		case e.Output != nil && e.Output.Stream == trace.Stderr:
			out = append(out, fmt.Sprintf("%s logs %s", e.Output.Program, quote(e.Output.Data)))
		case e.Output != nil:
			out = append(out, fmt.Sprintf("%s prints %s", e.Output.Program, quote(e.Output.Data)))
		case e.Input != nil && e.Input.EOF:
			out = append(out, fmt.Sprintf("%s's standard input ends", e.Input.Program))
		case e.Input != nil:
			out = append(out, fmt.Sprintf("%s reads from standard input %s", e.Input.Program, quote(e.Input.Data)))
		case e.Process != nil && e.Process.Exit == nil:
			out = append(out, fmt.Sprintf("%s starts", e.Process.Program))
		case e.Process != nil:
			out = append(out, fmt.Sprintf("%s ends (%s)", e.Process.Program, exitText(*e.Process.Exit)))
		}
	}
	if cut := len(out) - transcriptLines; cut > 0 {
		rest := out[len(out)-transcriptLines/2:]
		out = append(out[:transcriptLines/2:transcriptLines/2], fmt.Sprintf("[%d lines left out]", cut))
		out = append(out, rest...)
	}
	return out
}
