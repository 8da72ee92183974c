package check

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
)

// maxFolder leaves room for a file's name behind [T.Folder] in the 104 bytes
// that macOS has for the path of a unix socket (Linux: 108, unix(7)).
const maxFolder = 80

// Folder returns a new, empty folder that goes when the step has ended. Its
// path is short enough for unix sockets in it. Both hosts share it: a lab has
// two networks but one file system.
func (t *T) Folder() string {
	dir, err := os.MkdirTemp("", "learnnet-")
	if err == nil && len(dir) > maxFolder {
		_ = os.Remove(dir) // it is empty
		dir, err = os.MkdirTemp("/tmp", "learnnet-")
	}
	if err != nil {
		t.Break(err)
	}
	t.cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// ListensOrEnds is AwaitListening for a program that may also end instead, as
// it should where it can't listen. It reports whether it listens.
func (p *Process) ListensOrEnds() bool {
	ctx, cancel := p.wait()
	defer cancel()
	if err := p.listening(ctx); errors.Is(err, lab.ErrEnded) {
		return false
	}
	p.AwaitListening() // it does, or fails for want of it
	return true
}

// Settle returns when the program has ended or can't go on by itself: when it
// has decided what to do.
func (p *Process) Settle() {
	ctx, cancel := p.wait()
	defer cancel()
	_, _ = p.proc.Wait(ctx) // what ended is asked for later
	p.t.brokenIf(nil)
}

// listening waits until somebody listens on the program's address. It returns
// lab.ErrEnded if the program ends before that, or ctx's error.
func (p *Process) listening(ctx context.Context) error {
	if p.Network == "unix" {
		return p.unixListening(ctx)
	}
	return p.host.WaitListening(ctx, p.Network, p.Address, p.proc)
}

// unixListening waits until connecting to the program's path succeeds, and
// keeps that connection for the first Dial. Not every system has a table of
// unix sockets to look into; and a name may lead to a socket that was bound
// under another (rename(2)).
func (p *Process) unixListening(ctx context.Context) error {
	for wait := 500 * time.Microsecond; p.first == nil; wait = min(2*wait, 10*time.Millisecond) {
		ended := false
		select {
		case <-p.proc.Done():
			ended = true // though it may have left a child that listens
		default:
		}
		c, err := p.host.Dial(ctx, "unix", p.Address)
		switch {
		case err == nil:
			p.first = c
			p.t.cleanup(func() { _ = lab.CloseForGood(c) })
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case ended:
			return lab.ErrEnded
		case !nobodyThere(err):
			return err
		}
		select {
		case <-time.After(wait):
		case <-p.proc.Done():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// nobodyThere reports whether err says that nobody listens at the path of a
// unix socket: there is no such file, or one whose socket is gone, or one that
// is not a socket at all.
func nobodyThere(err error) bool {
	var op *net.OpError
	return isRefused(err) || errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ENOTSOCK) || errors.As(err, &op)
}

// dial connects to the program from where its clients are: over a network from
// the other host, by a unix socket from its own. The connection that
// unixListening made comes first.
func (p *Process) dial(ctx context.Context, from *lab.Host) (net.Conn, error) {
	if c := p.first; c != nil {
		p.first = nil
		return c, nil
	}
	return from.Dial(ctx, p.Network, p.Address)
}

// clients returns the host that the program's clients are on.
func (p *Process) clients() *lab.Host {
	if p.Network == "unix" {
		return p.host
	}
	return p.t.peerOf(p.Role)
}
