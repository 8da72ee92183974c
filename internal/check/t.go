package check

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/program"
	"github.com/learnnet/learnnet/internal/trace"
)

// T is what a step works with: the lab, the learner's programs, and a way to
// say what is expected. It satisfies testify's TestingT, so that require and
// assert work in steps; what T itself expects tells causes apart better.
//
// Expectations that fail end the step. T's methods are for the step's own
// goroutine.
type T struct {
	ctx       context.Context
	step      Step
	lab       *lab.Lab
	commands  map[string]program.Command
	rng       *rand.Rand
	ports     func() uint16
	pace      *pace
	env       []string // for the programs of this step, beside their command's own
	openFiles uint64   // that the programs of this step may have; 0 is what the lab allows

	mu       sync.Mutex
	messages []string // of testify's assertions
	err      error    // the first cause, or what broke
	proofs   int      // expectations that held
	starting time.Duration
	cleanups []func()
	started  []*Process
}

// Context is done when the check is cancelled or the step has taken far too long.
func (t *T) Context() context.Context { return t.ctx }

// Lab returns the lab the step is played in.
func (t *T) Lab() *lab.Lab { return t.lab }

// Rand returns the step's source of chance, which depends on the check's seed
// and the step's name alone.
func (t *T) Rand() *rand.Rand { return t.rng }

func stepRand(seed uint64, step string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(step))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// Port returns a port that nothing in this check has used before: on a fresh
// port no earlier connection lingers in TIME-WAIT (RFC 9293 §3.6.1).
func (t *T) Port() uint16 { return t.ports() }

// Errorf records a failed assertion; the step goes on.
func (t *T) Errorf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.messages = append(t.messages, assertionText(fmt.Sprintf(format, args...)))
}

// assertionText drops what testify prints about places in our source.
func assertionText(s string) string {
	var out []string
	keep := false
	for line := range strings.Lines(s) {
		label, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		switch label := strings.TrimSuffix(strings.TrimSpace(label), ":"); label {
		case "Error Trace", "Test":
			keep = false
			continue
		case "Error", "Messages":
			keep = true
			line = text
		}
		if keep && strings.TrimSpace(line) != "" {
			out = append(out, strings.TrimSpace(line))
		}
	}
	if len(out) == 0 {
		return strings.TrimSpace(s)
	}
	return strings.Join(out, "; ")
}

// FailNow ends the step.
func (t *T) FailNow() { runtime.Goexit() }

// Helper marks nothing; it is there for testify.
func (t *T) Helper() {}

// Fail fails the step with a cause and ends it. The first cause counts.
func (t *T) Fail(c Cause) {
	t.mu.Lock()
	if t.err == nil {
		t.err = c
	}
	t.mu.Unlock()
	runtime.Goexit()
}

// Break ends the step as broken: err is ours or the machine's. A cancelled
// check ends the same way.
func (t *T) Break(err error) {
	t.mu.Lock()
	if t.err == nil {
		t.err = fmt.Errorf("the check itself failed: %w", err)
	}
	t.mu.Unlock()
	runtime.Goexit()
}

// Expect holds ok up as evidence: the step fails with c unless ok.
func (t *T) Expect(ok bool, c Cause) {
	if !ok {
		t.Fail(c)
	}
	t.Prove()
}

// Prove records that an expectation held. A step in which none did is broken.
func (t *T) Prove() {
	t.mu.Lock()
	t.proofs++
	t.mu.Unlock()
}

// Act puts a line about the checker into the timeline: "closes the connection".
func (t *T) Act(host trace.Host, text string, data []byte) {
	t.act(host, "checker", text, data)
}

func (t *T) act(host trace.Host, actor, text string, data []byte) {
	t.lab.Timeline().Add(trace.Event{Kind: trace.KindAction, Host: host,
		Action: &trace.Action{Actor: actor, Text: text, Data: data}})
}

func (t *T) cleanup(f func()) {
	t.mu.Lock()
	t.cleanups = append(t.cleanups, f)
	t.mu.Unlock()
}

// verdict returns what came of the step once its function has returned.
func (t *T) verdict() (Verdict, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil && len(t.messages) > 0 {
		t.err = Assertion{t.messages}
	}
	var cause Cause
	switch {
	case errors.As(t.err, &cause):
		return Failed, t.err
	case t.err != nil:
		return Broken, t.err
	case t.proofs == 0:
		return Broken, errors.New("the step expected nothing of the program and so proves nothing")
	}
	return Passed, nil
}

// play runs the step's function and cleans up after it.
func (t *T) play() (Verdict, error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				t.mu.Lock()
				t.err = fmt.Errorf("the check itself failed: %v at %s", p, panicSite())
				t.mu.Unlock()
			}
		}()
		t.step.Run(t)
	}()
	<-done // T's waits all end with ctx
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
	return t.verdict()
}

// panicSite names the function that panicked, for the report of a fault of ours.
func panicSite() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") || !more {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
	}
}

// wait returns a context for one wait.
func (t *T) wait() (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.ctx, waitCap)
}

// brokenIf ends the step if err is the lab's and not the program's fault, or
// if the check was cancelled: by a cause that was found meanwhile, or from
// outside.
func (t *T) brokenIf(err error) {
	if t.ctx.Err() != nil {
		if c, ok := errors.AsType[Cause](context.Cause(t.ctx)); ok {
			t.Fail(c)
		}
		t.Break(context.Cause(t.ctx))
	}
	var op *net.OpError
	if err != nil && !errors.As(err, &op) {
		t.Break(err)
	}
}
