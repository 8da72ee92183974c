//go:build linux && (amd64 || arm64)

package ptrace

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A wait tells apart what programs wait for: the calls that may be answered
// "not now" and made again.
type wait struct {
	pid  int
	fd   int
	sock uint64
	kind waitKind
	// tid is the thread that waits; 0 where another may make the call again,
	// as with goroutines, event loops, and connects.
	tid int
}

type waitKind int

const (
	waitNever waitKind = iota
	waitConnect
	waitAccept
	waitReceive
	waitSend
)

// traffic is what calls of one kind on one socket have in common, in whichever
// process.
type traffic struct {
	sock uint64
	kind waitKind
}

const (
	// asleep is what a call takes at least that the kernel has put to sleep for
	// as long as a socket's time-out allows: that is counted in ticks of
	// milliseconds. Others are answered in a tenth of this.
	asleep = 100 * time.Microsecond
	// spurious is how long after "not now" Go's poller may wake a goroutine for
	// what it has read already: an event under way when it read. A deadline is
	// longer.
	spurious = 5 * time.Millisecond
)

// mayWait reports whether the error says "not now", to a program that may wait
// and make the call again.
func (c *open) mayWait(errno unix.Errno) bool {
	switch errno {
	case unix.EAGAIN:
		return c.spec.wait != waitNever
	case unix.EINPROGRESS, unix.EALREADY:
		return c.spec.wait == waitConnect
	}
	return false
}

// waits keeps a call that was answered "not now", until the program makes it
// again or shows that it has given up. It reports false if that answer is the
// call's result: the kernel did the waiting, for as long as the socket's
// time-out lets it.
func (t *tracer) waits(th *thread, c *open, answer unix.Errno) bool {
	p, now := th.process, time.Now()
	if now.Sub(c.made) > asleep && !c.dontWait() && p.blocksIn(c) {
		return false
	}
	if t.beganAnew(p, c) {
		next := &open{spec: c.spec, args: c.args, sock: c.sock, begin: c.made, made: c.made}
		t.tellReturn(p, c, -1, c.answer, c.made)
		if c.number != 0 {
			t.tellEntry(p, next)
		}
		c = next
	}
	if c.noted.IsZero() && !p.loops && !p.isGo {
		p.loops = hasPoller(p.pid)
	}
	c.noted, c.answer, c.moved = now, answer, false
	c.others = t.done[traffic{c.sock, c.spec.wait}]
	c.owner = th.owner()
	c.key = t.wait(th, c)
	t.waiting[c.key] = c
	if c.spec.wait != waitConnect && (p.isGo || c.key.tid != 0) {
		p.inside[c.owner] = c
	}
	return true
}

// beganAnew reports whether c, which was answered "not now" once more, is
// another call than the one before it: whoever is woken finds what it waits
// for, unless someone else was quicker.
func (t *tracer) beganAnew(p *process, c *open) bool {
	switch {
	case c.noted.IsZero(), c.spec.wait == waitConnect, t.done[traffic{c.sock, c.spec.wait}] != c.others:
		return false
	case p.isGo:
		return c.made.Sub(c.noted) > spurious
	}
	return c.moved
}

// wait returns what c waits for.
func (t *tracer) wait(th *thread, c *open) wait {
	key := wait{pid: th.process.pid, fd: fd(c.args), sock: c.sock, kind: c.spec.wait}
	if !th.process.isGo && !th.process.loops && c.spec.wait != waitConnect {
		key.tid = th.tid
	}
	return key
}

// madeAgain returns the call that c is, if the program has made it before and
// was answered "not now".
func (t *tracer) madeAgain(th *thread, c *open) *open {
	if c.spec.wait == waitNever {
		return nil
	}
	before := t.waiting[t.wait(th, c)]
	if before == nil {
		return nil
	}
	// Of goroutines, one at a time reads from a socket (internal/poll.FD).
	if before.dontWait() != c.dontWait() || th.process.isGo && before.key.kind != waitConnect && before.owner != th.owner() {
		t.giveUp(th.process, before)
		return nil
	}
	t.forget(th.process, before)
	return before
}

// goesOn tells of calls that the program has given up, as the call shows that
// it is about to make: whoever waits in a call makes no other.
func (t *tracer) goesOn(th *thread, c *open) {
	p := th.process
	if len(p.inside) > 0 {
		if w := p.inside[th.owner()]; w != nil && (c.sock == 0 || c.spec.wait == waitNever || w.key != t.wait(th, c)) {
			t.giveUp(p, w)
		}
	}
	if len(t.waiting) == 0 {
		return
	}
	switch {
	case c.spec.name == "close":
		t.giveUpAll(p, func(w *open) bool { return w.key.fd == fd(c.args) })
	case c.spec.ends:
		owner := th.owner()
		t.giveUpAll(p, func(w *open) bool { return w.owner == owner })
	case p.loops && c.sock != 0:
		for kind := waitAccept; kind <= waitSend; kind++ {
			w := t.waiting[wait{pid: p.pid, fd: fd(c.args), sock: c.sock, kind: kind}]
			if w != nil && kind != c.spec.wait {
				w.moved = true
			}
		}
	}
}

// giveUp tells that the program waits in c no longer.
func (t *tracer) giveUp(p *process, c *open) {
	t.forget(p, c)
	ended := time.Now()
	if c.dontWait() {
		ended = c.noted
	}
	t.tellReturn(p, c, -1, c.answer, ended)
}

// giveUpAll tells that the process waits no longer in those of its calls that
// are meant, the earliest first.
func (t *tracer) giveUpAll(p *process, meant func(*open) bool) {
	for {
		var first *open
		for key, w := range t.waiting {
			if key.pid == p.pid && meant(w) && (first == nil || w.number < first.number) {
				first = w
			}
		}
		if first == nil {
			return
		}
		t.giveUp(p, first)
	}
}

// forget lets go of a call that waited.
func (t *tracer) forget(p *process, c *open) {
	if t.waiting[c.key] == c {
		delete(t.waiting, c.key)
	}
	if p.inside[c.owner] == c {
		delete(p.inside, c.owner)
	}
}

// forgetAll lets go of the calls of a process that returns from none of them.
func (t *tracer) forgetAll(p *process) {
	for key := range t.waiting {
		if key.pid == p.pid {
			delete(t.waiting, key)
		}
	}
	clear(p.inside)
}

// dontWait reports whether the program has asked for an answer at once.
func (c *open) dontWait() bool {
	at := c.spec.flagsAt
	return at > 0 && c.args[at]&unix.MSG_DONTWAIT != 0
}

// owner is who makes the call that the thread has stopped at: a goroutine, or
// else the thread itself.
func (th *thread) owner() uint64 {
	if th.maker == 0 {
		th.maker = uint64(th.tid)
		if th.process.isGo {
			if g, ok := goroutine(th.tid); ok {
				th.maker = g
			}
		}
	}
	return th.maker
}

// blocksIn is blocks for c's descriptor. In Go, a socket whose calls don't wait
// stays so.
func (p *process) blocksIn(c *open) bool {
	if p.neverBlocks[c.sock] {
		return false
	}
	blocks := blocks(p.pid, fd(c.args))
	if p.isGo && !blocks {
		p.neverBlocks[c.sock] = true
	}
	return blocks
}

// blocks reports whether calls on the descriptor wait (O_NONBLOCK is not set,
// proc_pid_fdinfo(5)).
func blocks(pid, fd int) bool {
	info, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", pid, fd))
	for line := range strings.Lines(string(info)) {
		if octal, ok := strings.CutPrefix(line, "flags:"); ok && err == nil {
			flags, err := strconv.ParseUint(strings.TrimSpace(octal), 8, 64)
			return err == nil && flags&unix.O_NONBLOCK == 0
		}
	}
	return false
}

// hasPoller reports whether the process has an epoll(7) of its own, as event
// loops do: it then waits for many sockets at once.
func hasPoller(pid int) bool {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if link, _ := os.Readlink(filepath.Join(dir, e.Name())); link == "anon_inode:[eventpoll]" {
			return true
		}
	}
	return false
}
