//go:build amd64 || arm64

package lab

import (
	"syscall"

	"github.com/learnnet/learnnet/internal/ptrace"
	"github.com/learnnet/learnnet/internal/trace"
)

// canFollow says that a program's calls may be followed on this system.
const canFollow = true

// follow puts the program's calls into the timeline. The program stands still
// before its first instruction, and goes on whatever comes of it.
func (p *Process) follow(calls *Calls) error {
	t := p.host.lab.timeline
	_, err := ptrace.Attach(p.PID(), ptrace.Options{All: calls.All, OnCall: func(c trace.Call) {
		c.Program = p.Name
		e := t.Add(trace.Event{Kind: trace.KindCall, Host: p.host.name, Call: &c})
		if w := p.host.lab.watch; w != nil {
			w.called(c)
		}
		if calls.Hold != nil && p.followed.Err() == nil {
			calls.Hold(p.followed, e)
		}
	}})
	if err != nil {
		_ = syscall.Kill(p.PID(), syscall.SIGCONT) // it may be dead
		return err
	}
	return nil
}
