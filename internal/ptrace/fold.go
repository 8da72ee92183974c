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
	args     [6]uint64  // of its last making
	sock     uint64     // inode; 0 if there is none yet
	number   int        // 0 if nothing is told about it
	begin    time.Time  // when it was let go on
	made     time.Time  // when the kernel was last asked
	told     trace.Call // the entry
	restarts bool       // a signal interrupted it, and the kernel makes it again
	unsure   bool       // there is no socket behind its descriptor: that is told if it fails for it

	// Once it was answered "not now":
	key    wait
	owner  uint64     // who waits in it
	noted  time.Time  // when that answer came last
	answer unix.Errno // and what it was
	others uint64     // how many calls of the kind had done their work on the socket by then
	moved  bool       // the program has done something else with the socket since
}

// enter looks at a call that the thread is about to make, tells about it, and
// remembers it if its return matters.
func (t *tracer) enter(th *thread, info *callInfo) {
	if th.call != nil && th.call.restarts {
		th.call.restarts = false // the same call, once more
		return
	}
	th.call = nil
	p, args := th.process, info.args()
	s, ok := specs[info.number()]
	if !ok || s.onRequest && !t.options.All {
		return
	}
	if s.movesFiles { // looked at again when it returns
		clear(p.files)
	}
	c := &open{spec: s, args: args}
	if s.onSocket {
		c.sock = p.socketAt(fd(args))
		if s.name == "close" {
			delete(p.files, fd(args))
		}
		c.unsure = c.sock == 0 && (s.sockets || p.closed[fd(args)])
	}
	t.goesOn(th, c)
	if s.ends || s.onSocket && c.sock == 0 && !c.unsure {
		return // a file, a pipe, or nothing
	}
	if before := t.madeAgain(th, c); before != nil {
		// It is the same one to the programmer.
		before.spec, before.args, before.made = s, args, time.Now()
		th.call = before
		return
	}
	leftOut := t.leftOut(th, c, info)
	if c.unsure && leftOut {
		return
	}
	th.call = c
	if !leftOut && !c.unsure {
		t.tellEntry(p, c)
	}
	c.begin = time.Now() // whoever was told may have held it
	c.made = c.begin
}

// tellEntry tells about c, and gives it its number.
func (t *tracer) tellEntry(p *process, c *open) {
	t.number++
	c.number = t.number
	c.told = trace.Call{PID: p.pid, Number: c.number, Name: c.spec.nameOf(c.args), FD: -1, Sock: c.sock}
	if c.spec.onSocket {
		c.told.FD = fd(c.args)
	}
	c.told.Args, c.told.Data = c.spec.before(memory(p.pid), c.args)
	t.options.OnCall(c.told)
}

// leave looks at the result of the call that the thread was in.
func (t *tracer) leave(th *thread, result int64) {
	c, p := th.call, th.process
	errno := unix.Errno(0)
	if result < 0 && result > -4096 {
		errno = unix.Errno(-result)
	}
	if interrupted(errno) {
		c.restarts = true
		return
	}
	th.call = nil
	ended := time.Now()
	if c.unsure {
		t.failed(p, c, errno, ended)
		return
	}
	if c.spec.movesFiles {
		clear(p.files)
	}
	if c.mayWait(errno) && t.waits(th, c, errno) {
		return
	}
	if errno == 0 && c.spec.wait != waitNever {
		t.done[traffic{c.sock, c.spec.wait}]++
	}
	switch {
	case c.spec.name == "close":
		delete(p.files, fd(c.args))
		delete(t.quiet, c.sock)
		delete(t.accepted, c.sock)
		for kind := waitConnect; kind <= waitSend; kind++ {
			delete(t.done, traffic{c.sock, kind})
		}
		delete(p.neverBlocks, c.sock)
		p.closed[fd(c.args)] = true
	case c.spec.name == "getsockopt" && errno == 0:
		t.connected(th, c)
	}
	t.learn(th, c, result)
	t.tellReturn(p, c, result, errno, ended)
}

// failed tells about a call whose descriptor is no socket, entry and return
// together, if it failed for that.
func (t *tracer) failed(p *process, c *open, errno unix.Errno, ended time.Time) {
	switch {
	case errno == unix.EBADF, errno == unix.ENOTSOCK:
		t.tellEntry(p, c)
		t.tellReturn(p, c, -1, errno, ended)
	default:
		delete(p.closed, fd(c.args)) // something else is there by now
	}
}

// tellReturn tells about the end of c.
func (t *tracer) tellReturn(p *process, c *open, result int64, errno unix.Errno, ended time.Time) {
	if c.number == 0 {
		return
	}
	told := c.told
	told.Return = &trace.Return{Value: result, Waited: ended.Sub(c.begin)}
	if errno != 0 {
		told.Return.Value, told.Return.Errno = -1, unix.ErrnoName(errno)
		if told.Return.Errno == "" {
			told.Return.Errno = "errno " + strconv.Itoa(int(errno))
		}
	}
	if c.spec.makesFD && errno == 0 {
		told.FD, told.Sock = int(result), p.newSocketAt(int(result))
	}
	told.Data = nil
	if c.spec.after != nil {
		told.Args, told.Data = c.spec.after(memory(p.pid), c.args, told.Return.Value)
	}
	t.options.OnCall(told)
}

// connected ends a connect that was under way: the program has asked the
// socket what became of it (connect(2), EINPROGRESS).
func (t *tracer) connected(th *thread, asked *open) {
	if asked.args[1] != unix.SOL_SOCKET || asked.args[2] != unix.SO_ERROR {
		return
	}
	p := th.process
	c := t.waiting[wait{pid: p.pid, fd: fd(asked.args), sock: asked.sock, kind: waitConnect}]
	value, ok := memory(p.pid).uint32(asked.args[3])
	if c == nil || !ok {
		return
	}
	t.forget(p, c)
	t.tellReturn(p, c, 0, unix.Errno(value), time.Now())
}

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
		var open bool
		if sock, open = socketAt(p.pid, fd); open {
			p.files[fd] = sock
		}
	}
	return sock
}

// newSocketAt is socketAt for a descriptor that a call has just returned.
func (p *process) newSocketAt(fd int) uint64 {
	delete(p.files, fd)
	delete(p.closed, fd)
	return p.socketAt(fd)
}

// socketAt also reports whether there is anything behind the descriptor.
func socketAt(pid, fd int) (sock uint64, open bool) {
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
	rest, is := strings.CutPrefix(link, "socket:[")
	if !is {
		return 0, err == nil
	}
	sock, _ = strconv.ParseUint(strings.TrimSuffix(rest, "]"), 10, 64)
	return sock, true
}
