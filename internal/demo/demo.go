// Package demo plays a lesson's live pair: real processes on a lab's two
// hosts, recorded in a timeline.
//
// The programs are our own executable, started again in the role, so that
// studying needs no Go toolchain; or scripts, given to their interpreter as an
// argument, so that nothing is written to disk. Programs that play demos must
// call [Main] right after lab.Main.
package demo

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Demo is a lesson's live pair and the script they play.
type Demo struct {
	Programs []Program
	// Play runs the programs on the stage, in the order that teaches best, and
	// returns when all has been seen. The stage kills what is left.
	Play func(ctx context.Context, s *Stage) error
	// Talk, if set, is Play without a script, for people who type what the
	// programs say. It returns when no program reads any more.
	Talk func(ctx context.Context, s *Stage) error
	// Open, if set, is the part of the demo that the learner's own browser can
	// talk to. It serves whoever connects to l until ctx is done, and returns nil
	// then. Of each request it tells with said, which several goroutines may call
	// at once.
	Open func(ctx context.Context, l net.Listener, said func(Request)) error
}

// A Request is what a client of a demo that can be opened has said.
type Request struct {
	Client net.Addr
	Lines  []string // as they came, without their ends; a stranger chose what is in them
}

// A Program is one of the two, in one or more languages.
type Program struct {
	Name string                       // "server"
	Impl map[string]func(Stdio) error // by language: "go", "raw"; run in a process of its own
	Text map[string]string            // by language: "python"; the script
}

// InGo returns a program that comes in Go alone.
func InGo(name string, run func(Stdio) error) Program {
	return Program{Name: name, Impl: map[string]func(Stdio) error{"go": run}}
}

// InBoth returns a program that comes in Go, and in Python as a script.
func InBoth(name string, run func(Stdio) error, script string) Program {
	p := InGo(name, run)
	p.Text = map[string]string{"python": script}
	return p
}

// Stdio is what a program sees of the world.
type Stdio struct {
	Args           []string // without its name
	In             io.Reader
	Stdout, Stderr io.Writer
}

// Languages returns the languages that every program of the demo comes in,
// "go" first.
func (d Demo) Languages() []string {
	var out []string
	for _, lang := range []string{"go", "raw", "python"} {
		if len(d.Programs) > 0 && !slices.ContainsFunc(d.Programs, func(p Program) bool { return !p.in(lang) }) {
			out = append(out, lang)
		}
	}
	return out
}

func (p Program) in(lang string) bool {
	return p.Impl[lang] != nil || p.Text[lang] != ""
}

// Options say how to play a demo.
type Options struct {
	Lesson   string   // slug, by which Main finds the programs
	Language string   // empty means "go"
	Talk     bool     // people type: the demo must have Talk
	Plan     lab.Plan // nil: a perfect wire
	// Over, if set, makes what the wire gets of Plan, and of every plan that the
	// demo sets itself. What it is given may be nil.
	Over      func(under lab.Plan) lab.Plan
	States    bool            // with the states of sockets
	Calls     *lab.Calls      // if set, with the programs' socket calls
	Timeline  *trace.Timeline // receives everything; closed when the demo is over
	Isolation lab.Isolation   // if set, refuses the other kind of lab
	Patient   bool            // it may take for ever: somebody steps through it
	// Env is what the programs' environment gets beside ours: "NAME=value".
	Env []string
	// OnLab, if set, is told of the lab before anything happens in it.
	OnLab func(l *lab.Lab)
	// OnStart, if set, is told of each program that was started.
	OnStart func(p *lab.Process)
	// OnEnd, if set, is called when all was played and before the lab closes,
	// with the error that there may be.
	OnEnd func(ctx context.Context, err error)
}

func (o Options) started(p *lab.Process, err error) (*lab.Process, error) {
	if err == nil && o.OnStart != nil {
		o.OnStart(p)
	}
	return p, err
}

func (o Options) over(p lab.Plan) lab.Plan {
	if o.Over == nil {
		return p
	}
	return o.Over(p)
}

// UnknownLanguageError says that a demo doesn't come in a language.
type UnknownLanguageError struct {
	Language string
	Have     []string
}

func (e *UnknownLanguageError) Error() string {
	return fmt.Sprintf("the demo does not come in %q, but in %v", e.Language, e.Have)
}

// playCap ends a run that hangs.
const playCap = 60 * time.Second

// Play plays d in a lab of its own.
func Play(ctx context.Context, d Demo, o Options) error {
	if o.Language == "" {
		o.Language = "go"
	}
	if !slices.Contains(d.Languages(), o.Language) {
		o.Timeline.Close()
		return &UnknownLanguageError{o.Language, d.Languages()}
	}
	play := d.Play
	if o.Talk {
		play = d.Talk
	}
	s := &Stage{demo: d, options: o}
	err := inLab(ctx, o, func(ctx context.Context, l *lab.Lab) error {
		s.Lab = l
		return play(ctx, s)
	})
	if left := s.removeFolder(); err == nil { // no program is left that could fill it again
		err = left
	}
	return err
}

// inLab opens the lab that o asks for, has play play in it, and closes lab and
// timeline.
func inLab(ctx context.Context, o Options, play func(ctx context.Context, l *lab.Lab) error) error {
	defer o.Timeline.Close()
	l, err := lab.Open(ctx, lab.Config{Timeline: o.Timeline, Plan: o.over(o.Plan), Isolation: o.Isolation,
		States: o.States, Calls: o.Calls})
	if err != nil {
		return err
	}
	defer l.Close()
	if o.OnLab != nil {
		o.OnLab(l)
	}
	if !o.Patient {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, playCap, fmt.Errorf("the programs took more than %v", playCap))
		defer cancel()
	}
	err = play(ctx, l)
	if o.OnEnd != nil {
		o.OnEnd(ctx, err)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// roleEnv marks an execution of ours that is to be a demo's program; its value
// is the lesson, the program and the language.
const roleEnv = "LEARNNET_DEMO_ROLE"

// Main turns this process into a demo's program if it was started as one, and
// otherwise returns at once. find returns the demo of a lesson.
func Main(find func(lesson string) (Demo, bool)) {
	role := os.Getenv(roleEnv)
	if role == "" {
		return
	}
	os.Unsetenv(roleEnv)
	var lesson, name, lang string
	if _, err := fmt.Sscan(role, &lesson, &name, &lang); err != nil {
		fmt.Fprintf(os.Stderr, "bad role %q\n", role)
		os.Exit(2)
	}
	d, _ := find(lesson)
	for _, p := range d.Programs {
		if run := p.Impl[lang]; p.Name == name && run != nil {
			err := run(Stdio{Args: os.Args[1:], In: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	fmt.Fprintf(os.Stderr, "no demo program for role %q\n", role)
	os.Exit(2)
}
