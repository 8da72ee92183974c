//go:build linux && (amd64 || arm64)

package ptrace

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// An open call has been entered and has not returned yet, as the programmer
// meant it.
type open struct {
	spec     spec
	args     [6]uint64
	sock     uint64     // inode; 0 if there is none yet
	number   int        // 0 if nothing is told about it
	begin    time.Time  // when it was let go on
	told     trace.Call // the entry
	restarts bool       // a signal interrupted it, and the kernel makes it again
}

// A wait tells apart what programs wait for: the calls that may be answered
// "not now" and made again.
type wait struct {
	pid  int
	sock uint64
	kind waitKind
}

type waitKind int

const (
	waitNever waitKind = iota
	waitConnect
	waitAccept
	waitReceive
	waitSend
)

// enter looks at a call that the thread is about to make, tells about it, and
// remembers it if its return matters.
func (t *tracer) enter(th *thread, info *callInfo) {
	if th.call != nil && th.call.restarts {
		th.call.restarts = false // the same call, once more
		return
	}
	th.call = nil
	args := info.args()
	s, ok := specs[info.number()]
	if !ok || s.onRequest && !t.options.All {
		return
	}
	if s.movesFiles { // looked at again when it returns
		clear(th.process.files)
	}
	c := &open{spec: s, args: args}
	if s.onSocket {
		c.sock = th.process.socketAt(fd(args))
		if s.name == "close" {
			delete(th.process.files, fd(args))
		}
		if c.sock == 0 {
			return // a file, a pipe, or nothing
		}
	}
	if before := t.waiting[c.wait(th)]; before != nil && s.wait != waitNever {
		// Made again: it is the same one to the programmer.
		delete(t.waiting, c.wait(th))
		before.spec, before.args = s, args
		th.call = before
		return
	}
	th.call = c
	if t.leftOut(th, c, info) {
		return
	}
	t.number++
	c.number = t.number
	memory := memory(th.process.pid)
	c.told = trace.Call{PID: th.process.pid, Number: c.number, Name: s.nameOf(args), FD: -1, Sock: c.sock}
	if s.onSocket {
		c.told.FD = fd(args)
	}
	c.told.Args, c.told.Data = s.before(memory, args)
	t.options.OnCall(c.told)
	c.begin = time.Now() // whoever was told may have held it
}

// leave looks at the result of the call that the thread was in.
func (t *tracer) leave(th *thread, result int64) {
	c := th.call
	errno := unix.Errno(0)
	if result < 0 && result > -4096 {
		errno = unix.Errno(-result)
	}
	if interrupted(errno) {
		c.restarts = true
		return
	}
	th.call = nil
	if c.spec.movesFiles {
		clear(th.process.files)
	}
	switch {
	case errno == unix.EAGAIN && c.spec.wait != waitNever,
		(errno == unix.EINPROGRESS || errno == unix.EALREADY) && c.spec.wait == waitConnect:
		t.waiting[c.wait(th)] = c
		return
	case c.spec.name == "close":
		delete(th.process.files, fd(c.args))
		delete(t.quiet, c.sock)
		delete(t.accepted, c.sock)
		for _, kind := range []waitKind{waitConnect, waitAccept, waitReceive, waitSend} {
			delete(t.waiting, wait{th.process.pid, c.sock, kind})
		}
	case c.spec.name == "getsockopt" && errno == 0:
		t.connected(th, c)
	}
	t.learn(th, c, result)
	if c.number == 0 {
		return
	}
	t.tellReturn(th, c, result, errno)
}

// tellReturn tells about the return of c.
func (t *tracer) tellReturn(th *thread, c *open, result int64, errno unix.Errno) {
	told := c.told
	told.Return = &trace.Return{Value: result, Waited: time.Since(c.begin)}
	if errno != 0 {
		told.Return.Value, told.Return.Errno = -1, unix.ErrnoName(errno)
		if told.Return.Errno == "" {
			told.Return.Errno = "errno " + strconv.Itoa(int(errno))
		}
	}
	if c.spec.makesFD && errno == 0 {
		delete(th.process.files, int(result))
		told.FD, told.Sock = int(result), th.process.socketAt(int(result))
	}
	told.Data = nil
	if c.spec.after != nil {
		told.Args, told.Data = c.spec.after(memory(th.process.pid), c.args, told.Return.Value)
	}
	t.options.OnCall(told)
}

// connected ends a connect that was under way: the program has asked the
// socket what became of it (connect(2), EINPROGRESS).
func (t *tracer) connected(th *thread, asked *open) {
	if asked.args[1] != unix.SOL_SOCKET || asked.args[2] != unix.SO_ERROR {
		return
	}
	key := wait{th.process.pid, asked.sock, waitConnect}
	c := t.waiting[key]
	value, ok := memory(th.process.pid).uint32(asked.args[3])
	if c == nil || !ok {
		return
	}
	delete(t.waiting, key)
	if c.number != 0 {
		t.tellReturn(th, c, 0, unix.Errno(value))
	}
}

func (c *open) wait(th *thread) wait { return wait{th.process.pid, c.sock, c.spec.wait} }

// interrupted reports whether the kernel itself makes the call again, once a
// signal is served (ERESTARTSYS and its kin, linux/errno.h; programs never see
// them).
func interrupted(e unix.Errno) bool {
	return e == 512 || e == 513 || e == 514 || e == 516
}

// fd is the descriptor that a call is about.
func fd(args [6]uint64) int { return int(int32(args[0])) }

// socketAt returns the inode of the socket behind a descriptor, which names it
// through dup, fork and accept; 0 if it is no socket.
func (p *process) socketAt(fd int) uint64 {
	sock, known := p.files[fd]
	if !known {
		sock = socketAt(p.pid, fd)
		p.files[fd] = sock
	}
	return sock
}

func socketAt(pid, fd int) uint64 {
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
	rest, is := strings.CutPrefix(link, "socket:[")
	if err != nil || !is {
		return 0
	}
	n, _ := strconv.ParseUint(strings.TrimSuffix(rest, "]"), 10, 64)
	return n
}
