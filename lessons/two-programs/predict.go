package twoprograms

import (
	"errors"
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/trace"
)

// framesForAFile counts the frames that cross the wire in the first act.
func framesForAFile(run []trace.Event) (int, error) {
	act, frames, all := 0, 0, 0
	for _, e := range run {
		switch {
		case e.Act != nil:
			act = e.Act.Number
		case e.Frame != nil:
			all++
			if act == 1 {
				frames++
			}
		}
	}
	if all == 0 {
		return 0, course.ErrNoWire
	}
	return frames, nil
}

// hastyStatus returns the exit status of the reader that came while the writer
// was at work.
func hastyStatus(run []trace.Event) (int, error) {
	for _, e := range run {
		if e.Process != nil && e.Process.Program == hasty && e.Process.Exit != nil {
			return e.Process.Exit.Status, nil
		}
	}
	return 0, fmt.Errorf("no reader named %q ended in this run: play the demo again", hasty)
}

// wholeMessage counts the readers whose last line is the whole message.
func wholeMessage(run []trace.Event) (int, error) {
	whole := 0
	for _, reader := range []string{early, hasty, late, overSocket} {
		lines := strings.Split(strings.TrimSpace(trace.Printed(run, reader)), "\n")
		switch strings.TrimSpace(lines[len(lines)-1]) {
		case message, "all of it: " + message:
			whole++
		}
	}
	if whole == 0 {
		return 0, errors.New("nobody got the message in this run: it was cut short, play the demo again")
	}
	return whole, nil
}
