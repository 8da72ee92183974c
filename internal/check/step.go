// Package check judges a learner's program by what it does on real sockets.
//
// A [Suite] is the steps an exercise checks; [Run] plays them against the
// programs in a folder and returns a [Report]. The checker sits on the host
// across the wire, outside the program's process, so that a verdict can't be
// forged by what the program prints, and no language is favoured.
//
// A step is a Go function over a [T]. It starts programs, talks to them and
// says what it expects; T finds out why an expectation failed and records that
// as a [Cause]. What T offers waits by event. A step in which nothing was
// expected successfully proves nothing and counts as broken.
package check

import (
	"time"
)

// A Suite is everything an exercise checks.
type Suite struct {
	Exercise string   // its slug
	Roles    []string // the programs a learner writes: "server" and "client", or "main"
	Port     uint16   // the port the exercise uses by default
	Steps    []Step   // as they are reported, each behind those that it builds on; played side by side
}

// A Step is one thing a program must do.
type Step struct {
	Name   string // a slug, unique in its suite
	Title  string // what the program does if it passes: "answers hi"
	Role   string // the program it judges
	Points int
	// After names the steps without which this one would only repeat their
	// failure: it is skipped unless all of them passed.
	After []string
	// Waits is how long the step makes a right program wait, as its task says.
	// A step that waits is played early, beside others that have work to do.
	Waits time.Duration
	// Rationale says why it matters, in one or two sentences for the learner.
	Rationale string
	// Hints are in growing strength: a question, a direction, nearly the code.
	Hints []string
	// Causes holds a hint for a cause that has a likely reason in this step;
	// it is shown with the failure.
	Causes map[Kind]string
	// Run plays the step.
	Run func(t *T)
}

// How long T waits for what a program owes. Generous, since the machine may be
// busy with others: nothing that works waits this long, and on Linux a program
// that can't go on by itself is not waited for either.
const (
	waitCap = 10 * time.Second
	stepCap = 2 * time.Minute
)

// Verdict is what became of a step or of the whole check.
type Verdict string

// The verdicts. Broken is ours or the machine's fault, never the program's.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed"
	Broken  Verdict = "broken"
	Skipped Verdict = "skipped"
)
