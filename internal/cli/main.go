// Package cli is the learnnet command: its subcommands, their flags and texts,
// and the one place that knows this process's arguments, streams and exit
// status.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/term"
	"github.com/learnnet/learnnet/lessons"
)

// The exit statuses.
const (
	exitOK          = 0
	exitFailed      = 1 // the learner's program failed its check
	exitBroken      = 2 // wrong usage, or something of ours or of the machine's
	exitInterrupted = 130
)

// errInterrupted is why the context of a command ended at Ctrl-C or SIGTERM.
var errInterrupted = errors.New("interrupted")

// verdictError ends a command whose report has been printed. There is nothing
// more to say.
type verdictError struct{ verdict check.Verdict }

func (e *verdictError) Error() string { return "the check's verdict is " + string(e.verdict) }

// exitCode is the one place that decides it.
func exitCode(ctx context.Context, err error) int {
	verdict, judged := errors.AsType[*verdictError](err)
	program, ran := errors.AsType[*statusError](err)
	switch {
	case ran: // Ctrl-C was for the program
		return program.status
	case errors.Is(context.Cause(ctx), errInterrupted), errors.Is(err, errInterrupted):
		return exitInterrupted
	case err == nil:
		return exitOK
	case judged && verdict.verdict == check.Failed:
		return exitFailed
	}
	return exitBroken
}

// Main runs learnnet and returns its exit status.
func Main() int { return run(lessons.Source()) }

func run(from course.Source) int {
	spin()
	lab.Main()
	demo.Main(func(lesson string) (demo.Demo, bool) {
		for _, t := range from.Topics {
			if t.Slug == lesson {
				return t.Lesson.Demo, true
			}
		}
		return demo.Demo{}, false
	})
	// Most commands are over when little of their memory could be collected.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(256 << 20)
	ctx, stop := interruptible()
	defer stop()
	streams := term.System(os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	dir, err := os.Getwd()
	if err != nil {
		streams.Warnf("find the current folder: %v\nit may have been removed: go to another one", err)
		return exitBroken
	}
	a := &app{Streams: streams, source: from, dir: dir, getenv: os.Getenv}
	err = a.execute(ctx, os.Args[1:])
	if lost := a.Failed(); err == nil && lost != nil && !errors.Is(lost, syscall.EPIPE) {
		err = lost
	}
	code := exitCode(ctx, err)
	_, judged := errors.AsType[*verdictError](err)
	_, ran := errors.AsType[*statusError](err)
	told := err == nil || judged || ran
	unread := errors.Is(err, syscall.EPIPE) // learnnet lessons | head -1
	if !told && !unread && code != exitInterrupted {
		streams.Status("")
		streams.Warnf("%v", err)
	}
	if code == exitInterrupted && !ran && streams.ErrTerminal {
		_, _ = fmt.Fprintln(streams.Err) // behind the ^C
	}
	return code
}

// interruptible returns a context that ends at the first Ctrl-C or SIGTERM, so
// that what was started is taken down in order. The second one ends at once.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	// A reader of our output that goes away must not end us on the spot: there
	// may be programs to take down. Writing to it fails instead.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel(errInterrupted)
		case <-done:
			return
		}
		select {
		case <-signals:
			os.Exit(exitInterrupted)
		case <-done:
		}
	}()
	return ctx, func() { signal.Stop(signals); close(done) }
}

// execute runs one command.
func (a *app) execute(ctx context.Context, args []string) error {
	root := newRoot(a)
	root.SetArgs(args)
	return a.guard(func() error { return root.ExecuteContext(ctx) })
}

// guard makes an error of a panic of ours: nobody is to read a stack.
func (a *app) guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if a.getenv("LEARNNET_DEBUG") != "" {
				a.Warnf("%s", debug.Stack())
			}
			err = fmt.Errorf("a fault in learnnet itself: %v\nplease report it, with the output of the same command under LEARNNET_DEBUG=1", p)
		}
	}()
	return do()
}
