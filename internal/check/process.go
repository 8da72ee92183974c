package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Process is a learner's program at work in a step.
type Process struct {
	t       *T
	Role    string
	Network string // of a server: "tcp", "udp" or "unix"
	Address string // where it listens: what it was given as its first argument, unless the step says otherwise
	host    *lab.Host
	proc    *lab.Process
	first   net.Conn // made while waiting for a unix socket; nil if there is none
	begun   time.Time
	alive   sync.Once
	marked  int64 // bytes of standard error before MarkStderr
}

// hostOf says on which host a role lives: the server on its own, everyone else
// on the client.
func (t *T) hostOf(role string) *lab.Host {
	if role == "server" {
		return t.lab.Server()
	}
	return t.lab.Client()
}

// peerOf returns the checker's host when it deals with a role.
func (t *T) peerOf(role string) *lab.Host {
	return t.lab.Host(t.hostOf(role).Name().Peer())
}

// Start starts the program of a role with the arguments given and returns at
// once. It is killed, with everything it started, when the step ends.
func (t *T) Start(role string, args ...string) *Process {
	begin := time.Now()
	host := t.hostOf(role)
	cmd, ok := t.commands[role]
	if !ok {
		t.Break(fmt.Errorf("the exercise has no role %q", role))
	}
	proc, err := host.Start(t.ctx, lab.Command{
		Name: role, Path: cmd.Path, Args: slices.Concat(cmd.Args, args), Env: slices.Concat(cmd.Env, t.env),
		OpenFiles: t.openFiles,
	})
	t.starting += time.Since(begin)
	if err != nil {
		t.brokenIf(nil)
		// It is no executable, or its first line names an interpreter that isn't there.
		if errors.Is(err, syscall.ENOEXEC) || errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.ENOENT) {
			t.Fail(ExitedEarly{Role: role, Exit: trace.Exit{Status: 126}, Before: "it started", Output: err.Error()})
		}
		t.Break(err)
	}
	t.cleanup(proc.Kill)
	p := &Process{t: t, Role: role, host: host, proc: proc, begun: begin}
	t.mu.Lock()
	t.started = append(t.started, p)
	t.mu.Unlock()
	if len(args) > 0 {
		p.Address = args[0]
	}
	return p
}

// Setenv gives the programs that this step starts from now on an environment
// variable.
func (t *T) Setenv(name, value string) {
	t.env = append(t.env, name+"="+value)
}

// LimitOpenFiles has the programs that this step starts from now on have no more
// than n files open at once, on Linux.
func (t *T) LimitOpenFiles(n uint64) { t.openFiles = n }

// StartServer starts the program of a role with a fresh address as its
// argument and returns when it listens there. network is "tcp" or "udp".
func (t *T) StartServer(role, network string) *Process {
	addr, err := t.hostOf(role).Addr(t.Port())
	if err != nil {
		t.Break(err)
	}
	p := t.Start(role, addr.String())
	p.Network = network
	p.AwaitListening()
	return p
}

// AwaitListening waits until somebody listens on the address the program was
// given.
func (p *Process) AwaitListening() {
	begin := time.Now()
	ctx, cancel := p.wait()
	defer cancel()
	err := p.listening(ctx)
	p.t.starting += time.Since(begin)
	switch {
	case err == nil && p.isNotTheListener():
		p.t.Break(fmt.Errorf("another program of this machine has taken %s just now; check again", p.Address))
	case err == nil:
		p.lives()
		p.t.Prove()
	case errors.Is(err, lab.ErrEnded):
		p.failEnded(fmt.Sprintf("it listened on %s", p.Address))
	case ctx.Err() != nil:
		p.t.brokenIf(nil)
		p.t.Fail(p.neverListened())
	default:
		p.t.Break(err)
	}
}

// isNotTheListener reports whether it must be somebody else who listens on the
// address the program was given, as may happen on the loopback: the program is
// gone, with all that it started.
func (p *Process) isNotTheListener() bool {
	select {
	case <-p.proc.Done():
		return p.t.lab.Isolation() == lab.Loopback && len(p.proc.Members()) == 0
	default:
		return false
	}
}

// neverListened returns why nobody listens on the address the program was
// given.
func (p *Process) neverListened() Cause {
	c := NeverListened{Role: p.Role, Network: p.Network, Address: p.Address, Doing: p.Doing()}
	if p.t.lab.Isolation() != lab.TwoHosts {
		return c // the machine has listeners of its own
	}
	socks, err := p.host.Sockets()
	if err != nil {
		return c
	}
	for _, s := range socks {
		switch {
		case s.Network == "unix" && s.State == "LISTEN":
			c.Instead = append(c.Instead, fmt.Sprintf("the unix socket %s", s.Path))
		case s.Network == "tcp" && s.State == "LISTEN", s.Network == "udp" && !s.Remote.IsValid():
			if s.Network != p.Network && p.Network != "unix" && s.Local.String() == p.Address {
				return OtherProtocol{Role: p.Role, Address: p.Address, Want: p.Network, Got: s.Network}
			}
			c.Instead = append(c.Instead, fmt.Sprintf("%s (%s)", s.Local, s.Network))
		}
	}
	return c
}

// Doing says what the program is doing now, for evidence: "waits in accept on …".
func (p *Process) Doing() string {
	return p.proc.Doing().String()
}

// failEnded fails the step because the program, which has ended, owed more.
func (p *Process) failEnded(before string) {
	exit := p.waitEnd()
	p.t.Fail(ExitedEarly{Role: p.Role, Exit: exit, Before: before, Output: p.lastWords()})
}

// lastWords returns what the program wrote to standard error, or, where that
// is nothing, to standard output.
func (p *Process) lastWords() string {
	if s := p.proc.Stderr().String(); strings.TrimSpace(s) != "" {
		return s
	}
	return p.proc.Stdout().String()
}

func (p *Process) waitEnd() trace.Exit {
	ctx, cancel := p.t.wait()
	defer cancel()
	exit, err := p.proc.Wait(ctx)
	if err != nil {
		p.t.brokenIf(nil)
	}
	return exit
}

// dying reports whether the program has ended, or ends within the moment that
// lies between a dying process's sockets closing and the news of its end.
func (p *Process) dying() bool {
	select {
	case <-p.proc.Done():
		return true
	case <-time.After(300 * time.Millisecond):
		return false
	case <-p.t.ctx.Done():
		return false
	}
}

// failFor fails with c, unless the program has ended in a way that c only
// follows from: badly, or at all if it is a server. what is what was owed.
func (p *Process) failFor(c Cause, what string) {
	p.t.brokenIf(nil)
	if p.dying() {
		if exit := p.waitEnd(); !exit.OK() || p.Network != "" {
			p.failEnded(what)
		}
	}
	p.t.Fail(c)
}

// Input writes to the program's standard input.
func (p *Process) Input(text string) {
	// A write to a program that never reads could block for good.
	done := make(chan error, 1)
	go func() { done <- p.proc.Input([]byte(text)) }()
	ctx, cancel := p.wait()
	defer cancel()
	select {
	case err := <-done:
		if err != nil { // it closed its standard input, or ended
			p.failFor(TimedOut{Role: p.Role, What: "read its standard input", Doing: p.Doing()},
				"it read its standard input")
		}
	case <-ctx.Done():
		p.t.Fail(TimedOut{Role: p.Role, What: "read its standard input", Doing: p.Doing()})
	}
}

// CloseInput ends the program's standard input.
func (p *Process) CloseInput() {
	// It fails only if it was closed before.
	_ = p.proc.CloseInput()
}

// ExpectExit waits for the program to end, with status 0 and nothing of it
// left running.
func (p *Process) ExpectExit() {
	exit := p.await()
	p.t.Expect(exit.OK(), WrongExit{Role: p.Role, Want: "0", Got: exit, Output: p.lastWords()})
	p.expectNothingLeft()
}

// ExpectExitError waits for the program to end by itself with a status other
// than 0 and a word of explanation on standard error.
func (p *Process) ExpectExitError() {
	p.expectExplained("other than 0", func(status int) bool { return status != 0 })
}

// ExpectExitStatus is ExpectExitError for just one status.
func (p *Process) ExpectExitStatus(want int) {
	p.expectExplained(strconv.Itoa(want), func(status int) bool { return status == want })
}

func (p *Process) expectExplained(want string, ok func(status int) bool) {
	exit := p.await()
	p.t.Expect(exit.Signal == "" && ok(exit.Status),
		WrongExit{Role: p.Role, Want: want, Got: exit, Output: p.lastWords()})
	said, some := p.explanation()
	p.t.Expect(some, WrongOutput{Role: p.Role, Stream: trace.Stderr, Want: "an error message", Got: []byte(said)})
	p.expectNothingLeft()
}

func (p *Process) await() trace.Exit {
	ctx, cancel := p.wait()
	defer cancel()
	exit, err := p.proc.Wait(ctx)
	if err != nil {
		p.t.brokenIf(nil)
		p.t.Fail(NeverEnded{Role: p.Role, Doing: p.Doing()})
	}
	return exit
}

// expectNothingLeft allows what the program started a moment to end after it.
func (p *Process) expectNothingLeft() {
	ctx, cancel := context.WithTimeout(p.t.ctx, 2*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		left := p.proc.Members()
		if len(left) == 0 {
			p.t.Prove()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			p.t.brokenIf(nil)
			p.t.Fail(LeftProcesses{Role: p.Role, Left: left})
		}
	}
}

// Kill ends the program at once, as a crash or a power cut would.
func (p *Process) Kill() {
	p.proc.Kill()
}

// Dial connects to the server from the other host.
func (p *Process) Dial() *Conn {
	return p.DialAs("checker")
}

// DialAs is Dial for a step with several connections: name tells them apart in
// the transcript.
func (p *Process) DialAs(name string) *Conn {
	ctx, cancel := p.wait()
	defer cancel()
	from := p.clients()
	p.t.act(from.Name(), name, "connects to "+p.Address, nil)
	c, err := p.dial(ctx, from)
	if err != nil {
		if isReset(err) { // between its kernel's handshake and now
			p.failFor(Reset{Role: p.Role}, "it took this connection")
		}
		if isRefused(err) || p.Network == "unix" && nobodyThere(err) {
			p.failEndedOr(Refused{Role: p.Role, Address: p.Address, Doing: p.Doing()}, "it took this connection")
		}
		if ctx.Err() != nil {
			p.t.brokenIf(nil)
			p.failEndedOr(TimedOut{Role: p.Role, What: "take the connection", Doing: p.Doing()}, "it took this connection")
		}
		p.t.Break(err)
	}
	return newConn(p.t, p, c, from.Name(), name)
}

// failEndedOr fails with the program's end, whatever its status, or with c if
// it still runs.
func (p *Process) failEndedOr(c Cause, owed string) {
	p.t.brokenIf(nil)
	if p.dying() {
		p.failEnded(owed)
	}
	p.t.Fail(c)
}

// freshAddr returns an address on the checker's host that was not used before.
func (t *T) freshAddr(host *lab.Host) netip.AddrPort {
	addr, err := host.Addr(t.Port())
	if err != nil {
		t.Break(err)
	}
	return addr
}

// ClosedAddress returns an address on the server's host where nobody listens.
func (t *T) ClosedAddress() string {
	return t.freshAddr(t.lab.Server()).String()
}
