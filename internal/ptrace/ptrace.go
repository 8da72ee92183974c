//go:build linux && (amd64 || arm64)

package ptrace

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// Options say what to follow.
type Options struct {
	// OnCall is told about each entry and each return, one at a time. The
	// thread that made the call goes on when OnCall returns; so do the
	// program's other threads if they stop at a call meanwhile. Program is left
	// empty.
	OnCall func(trace.Call)
	// All also tells what is left out otherwise: pollers, and what runtimes do
	// for themselves.
	All bool
}

// Attach follows the process pid, which must stand still (SIGSTOP) at its first
// instruction, and lets it go on. The channel it returns is closed when the
// process and all that it started have ended. If this process ends first, the
// kernel kills them.
func Attach(pid int, o Options) (<-chan struct{}, error) {
	noSignalForStops()
	attached := make(chan error, 1)
	done := make(chan struct{})
	onOwnThread(func() {
		defer close(done)
		t := &tracer{options: o, threads: make(map[int]*thread), processes: make(map[int]*process),
			waiting: make(map[wait]*open), done: make(map[traffic]uint64), quiet: make(map[uint64]bool), accepted: make(map[uint64]bool)}
		err := t.attach(pid)
		attached <- err
		if err == nil {
			t.loop()
		}
	})
	if err := <-attached; err != nil {
		return nil, fmt.Errorf("follow the calls of process %d: %w", pid, err)
	}
	return done, nil
}

// noSignalForStops has the kernel send us no SIGCHLD when a process stops, as
// each that is followed does twice in every call: wait4 tells us. When one ends
// it is sent as before (sigaction(2), SA_NOCLDSTOP).
var noSignalForStops = sync.OnceFunc(func() {
	const (
		noStops = 1 // SA_NOCLDSTOP, asm-generic/signal-defs.h
		setSize = 8 // of a set of signals, in bytes
	)
	var action struct { // struct sigaction of the system call, which the C library's is not
		handler, flags, restorer, mask uint64
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGCHLD), 0, uintptr(unsafe.Pointer(&action)), setSize, 0, 0)
	if errno != 0 {
		return // it works with the signals too, slower
	}
	action.flags |= noStops
	_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGCHLD), uintptr(unsafe.Pointer(&action)), 0, setSize, 0, 0)
})

// onOwnThread runs f on a thread of its own, which ends with f: ptrace knows
// threads, not processes. The thread is one that no process was started from:
// waiting for those that it follows, it would take away the end of its children
// from whoever waits for them.
func onOwnThread(f func()) {
	got := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		if !hasChildren() {
			close(got)
			f()
			return
		}
		onOwnThread(f) // on another, since this one is taken meanwhile
		runtime.UnlockOSThread()
		close(got)
	}()
	<-got
}

// hasChildren reports whether the calling thread has started a process that is
// not yet waited for (proc_tid_children(5), which not every kernel has).
func hasChildren() bool {
	children, err := os.ReadFile("/proc/thread-self/children")
	return err == nil && len(children) > 0
}

// tracer follows one program. All of it happens on one thread.
type tracer struct {
	options  Options
	filtered bool // the kernel stops at socket calls alone
	number   int  // of the last call told about

	threads   map[int]*thread
	processes map[int]*process
	waiting   map[wait]*open     // calls that were answered "not now"
	done      map[traffic]uint64 // how many calls have done their work
	quiet     map[uint64]bool    // sockets, by inode, of which nothing is told
	accepted  map[uint64]bool    // sockets that accept returned
}

// A thread is a Linux task that we follow.
type thread struct {
	tid     int
	process *process
	call    *open  // the call it is in, if we wait for its return
	maker   uint64 // its owner at this stop; 0 if nobody has asked
}

// A process is what threads share.
type process struct {
	pid        int
	isGo       bool
	askedMPTCP bool // Go has asked whether there is MPTCP
	// files remembers what is behind descriptors: the inode of a socket, or 0.
	// Whatever may put something else there makes it forget.
	files map[int]uint64
	// closed are descriptors that stood for sockets until they were closed.
	closed map[int]bool
	// inside are the calls that were answered "not now" and in which someone
	// waits who makes no other call meanwhile: a goroutine, or a thread.
	inside map[uint64]*open
	loops  bool // it has a poller of its own
	// neverBlocks are sockets of which it is known that their calls don't wait.
	neverBlocks map[uint64]bool
}

// attach seizes the process and makes it ready to run.
func (t *tracer) attach(pid int) error {
	const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK |
		unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_TRACESECCOMP | unix.PTRACE_O_EXITKILL
	if err := ptrace(unix.PTRACE_SEIZE, pid, 0, options); err != nil {
		return os.NewSyscallError("ptrace", err)
	}
	if _, err := t.waitStop(pid); err != nil { // the stop it is in
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		return os.NewSyscallError("kill", err)
	}
	var err error
	if t.filtered, err = t.installFilter(pid, filter(t.options.All)); err != nil {
		return err
	}
	t.thread(pid)
	return t.resume(t.threads[pid], 0)
}

// waitStop waits until the thread stops.
func (t *tracer) waitStop(tid int) (unix.WaitStatus, error) {
	for {
		var ws unix.WaitStatus
		_, err := unix.Wait4(tid, &ws, unix.WALL, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, os.NewSyscallError("wait4", err)
		case !ws.Stopped():
			return 0, fmt.Errorf("it ended: %v", ws)
		default:
			return ws, nil
		}
	}
}

// thread returns what is known of a thread, and gets to know it.
func (t *tracer) thread(tid int) *thread {
	th := t.threads[tid]
	if th == nil {
		pid := processOf(tid)
		p := t.processes[pid]
		if p == nil {
			p = &process{pid: pid, isGo: isGo(pid), files: make(map[int]uint64),
				closed: make(map[int]bool), inside: make(map[uint64]*open), neverBlocks: make(map[uint64]bool)}
			t.processes[pid] = p
		}
		th = &thread{tid: tid, process: p}
		t.threads[tid] = th
	}
	return th
}

// loop serves every stop until nobody is left to stop.
func (t *tracer) loop() {
	for {
		var ws unix.WaitStatus
		// Those that this thread follows, and nobody else's children.
		tid, err := unix.Wait4(-1, &ws, unix.WALL|unix.WNOTHREAD, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return
		case ws.Exited(), ws.Signaled():
			delete(t.threads, tid)
			if p := t.processes[tid]; p != nil {
				t.forgetAll(p)
				delete(t.processes, tid)
			}
		case ws.Stopped():
			t.stopped(t.thread(tid), ws)
		}
	}
}

// stopped serves one stop and lets the thread go on.
func (t *tracer) stopped(th *thread, ws unix.WaitStatus) {
	const eventStop = 128 // PTRACE_EVENT_STOP, linux/ptrace.h
	signal, event := ws.StopSignal(), int(ws)>>16
	switch {
	case signal == syscall.SIGTRAP|0x80, event == unix.PTRACE_EVENT_SECCOMP:
		t.atCall(th)
		signal = 0
	case event == eventStop && signal != syscall.SIGTRAP:
		// The program was stopped, as by Ctrl-Z. It stays so until SIGCONT.
		_ = ptrace(unix.PTRACE_LISTEN, th.tid, 0, 0)
		return
	case event == unix.PTRACE_EVENT_EXEC:
		th.call = nil
		t.forgetAll(th.process)
		th.process.isGo, th.process.loops = isGo(th.process.pid), false
		clear(th.process.files) // some close on exec
		clear(th.process.closed)
		signal = 0
	case event != 0:
		signal = 0
	}
	// It fails if the thread was killed meanwhile, of which wait4 tells.
	_ = t.resume(th, signal)
}

// resume lets the thread run to its next stop of interest.
func (t *tracer) resume(th *thread, signal syscall.Signal) error {
	request := unix.PTRACE_CONT
	if !t.filtered || th.call != nil {
		request = unix.PTRACE_SYSCALL
	}
	return ptrace(request, th.tid, 0, uintptr(signal))
}

// atCall looks at the call that the thread has stopped at.
func (t *tracer) atCall(th *thread) {
	th.maker = 0
	info, err := syscallInfo(th.tid)
	if err != nil {
		return // killed
	}
	switch info.op {
	case unix.PTRACE_SYSCALL_INFO_SECCOMP, unix.PTRACE_SYSCALL_INFO_ENTRY:
		if th.call == nil || th.call.restarts {
			t.enter(th, info)
		}
	case unix.PTRACE_SYSCALL_INFO_EXIT:
		if th.call != nil {
			t.leave(th, info.result())
		}
	}
}

// callInfo is struct ptrace_syscall_info (ptrace(2)): the kernel's own account
// of a call, the same for every processor.
type callInfo struct {
	op    uint8
	_     [3]uint8
	arch  uint32
	_     uint64    // instruction pointer
	stack uint64    // stack pointer
	union [8]uint64 // number and arguments at the entry; at the exit the result
}

func (i *callInfo) number() uint64 { return i.union[0] }

func (i *callInfo) args() (args [6]uint64) {
	copy(args[:], i.union[1:])
	return args
}

func (i *callInfo) result() int64 { return int64(i.union[0]) }

func syscallInfo(tid int) (*callInfo, error) {
	var info callInfo
	err := ptrace(unix.PTRACE_GET_SYSCALL_INFO, tid, unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)))
	runtime.KeepAlive(&info)
	return &info, err
}

func ptrace(request, pid int, addr, data uintptr) error {
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, uintptr(request), uintptr(pid), addr, data, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// processOf returns the process that a thread belongs to.
func processOf(tid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", tid))
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "Tgid:"); ok {
			if pid, err := strconv.Atoi(strings.TrimSpace(rest)); err == nil {
				return pid
			}
		}
	}
	return tid
}

func isGo(pid int) bool {
	_, err := buildinfo.ReadFile(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil
}
