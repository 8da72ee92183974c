// Package tui shows a run on the whole screen: what both programs call and
// print, the wire between them, their sockets, and what the selected call or
// frame is made of. With a [step.Control] it also holds the run, lets it go on
// step by step, and puts the wire into the hands of who watches.
//
// The view is data first: a story folds events into rows, a model adds what is
// selected, held and typed, and knows the keys; both are drawn as plain lines.
// Only [Run] knows a terminal.
package tui

import (
	"errors"
	"io"

	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

// Options say what to show, and what the keys may do.
type Options struct {
	Title string
	Names map[trace.Host]string // what stands beside "client" and "server": their addresses
	Relay bool                  // there is no wire to look at, and no sockets: a relay's view stands in its place

	Timeline *trace.Timeline // of a run, whose view begins with all it holds already
	Control  *step.Control   // holds the run
	// Recording is shown instead of a run if there is no Timeline: the keys for
	// stepping then move through what was recorded.
	Recording []trace.Event
	// Type gives a line, with its newline, to the standard input of the program
	// on a host; EndInput ends it. Type is nil if no program reads any. They
	// may block.
	Type     func(h trace.Host, line string) error
	EndInput func(h trace.Host) error
	Note     string // stands at the foot until the first key
	// Save keeps what was done to frames by hand, and returns how to have it
	// again, in a few words. Nil means that it can't be kept.
	Save func() (string, error)

	In           io.Reader
	Out          io.Writer
	Color, ASCII bool
}

// ErrInterrupted is the error of a view that was ended with Ctrl-C.
var ErrInterrupted = errors.New("interrupted")
