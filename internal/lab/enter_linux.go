package lab

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/learnnet/learnnet/internal/trace"
)

// Enter runs a program on a host of the lab and returns its exit status, or
// 128+n if signal n ended it. Where e.In and e.Out are a terminal, the program
// gets one of its own with all that is typed at ours, for jobs and Ctrl-C.
// Otherwise the signals that would end us go to the program. It is for a
// process that has nothing else to do, and that ends when it returns: a read of
// the terminal may still be under way. If the lab is taken down meanwhile, and
// all that is on its hosts with it, the error is ErrClosed.
func (r Running) Enter(e Entry) (status int, err error) {
	conn, err := r.dial()
	if err != nil {
		return 0, fmt.Errorf("enter lab %d: %w", r.PID, err)
	}
	defer conn.Close()
	if !sameUser(conn) {
		return 0, fmt.Errorf("enter lab %d: it is another user's", r.PID)
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	defer signal.Stop(signals)

	v := &visit{control: &control{conn: conn}, signals: signals}
	files := []*os.File{e.In, e.Out, e.Err}
	switch manner(e.In, e.Out) {
	case interactive:
		if v.terminal, err = openTerminal(e); err != nil {
			return 0, err
		}
		defer v.terminal.close()
		files = v.terminal.files
		signal.Notify(signals, syscall.SIGWINCH)
	case inBackground:
		// Reading the terminal is for those in the foreground.
		nothing, err := os.Open(os.DevNull)
		if err != nil {
			return 0, err
		}
		defer nothing.Close()
		files[0] = nothing
	}
	e.Command.Terminal = v.terminal != nil
	if err := v.control.write(message{Op: opStart, Host: e.Host, Command: &e.Command, files: files}); err != nil {
		return 0, ErrClosed
	}
	return v.stay()
}

// visit is one program in a lab, from outside.
type visit struct {
	control  *control
	signals  <-chan os.Signal
	terminal *terminal // nil if the program has the caller's own streams
}

// stay passes on what is to be passed on until the program has ended.
func (v *visit) stay() (int, error) {
	answers := make(chan message)
	go func() {
		defer close(answers)
		for {
			m, err := v.control.read()
			if err != nil {
				return
			}
			answers <- m
			if m.Exit != nil || m.Fail != nil {
				return
			}
		}
	}()
	for {
		select {
		case m, ok := <-answers:
			switch {
			case !ok:
				return 0, ErrClosed
			case m.Fail != nil:
				return 0, m.Fail
			case m.Exit != nil:
				if v.terminal != nil {
					<-v.terminal.drained
				}
				return statusOf(*m.Exit), nil
			case v.terminal != nil:
				v.terminal.connect()
			}
		case s := <-v.signals:
			number := s.(syscall.Signal)
			switch {
			case number == syscall.SIGWINCH:
				v.terminal.resize()
			case v.terminal != nil: // what is typed goes elsewhere: somebody wants us to end
				return 128 + int(number), nil
			default:
				// A failed write means that the lab is gone, which is read too.
				_ = v.control.write(message{Op: opSignal, Signal: int(number)})
			}
		}
	}
}

// statusOf is the exit status by which a shell tells of an exit.
func statusOf(e trace.Exit) int {
	if e.Signal == "" {
		return e.Status
	}
	const signals = 64
	for n := range signals + 1 {
		if syscall.Signal(n).String() == e.Signal {
			return 128 + n
		}
	}
	return 128
}
