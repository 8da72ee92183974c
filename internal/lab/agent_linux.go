package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// agentEnv marks an execution of ours that is to be a lab's agent.
const agentEnv = "LEARNNET_LAB_AGENT"

// agentControlFD is where the agent finds its end of the control socket.
const agentControlFD = 3

// Main turns this process into a lab's agent if it was started as one, and
// otherwise returns at once. Call it first thing in main and TestMain.
func Main() {
	if os.Getenv(agentEnv) == "" {
		return
	}
	os.Unsetenv(agentEnv)
	err := runAgent()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// agent is the side of a lab that lives inside the user namespace. It makes
// the hosts, opens sockets on them for the lab, and is the parent of every
// program. It is the first process of its process namespace: when it ends the
// kernel ends the rest.
type agent struct {
	control *control
	hosts   map[trace.Host]*agentHost

	mu       sync.Mutex
	programs map[int]*agentProgram
	next     int
	cancels  map[uint64]context.CancelFunc
}

func runAgent() error {
	file := os.NewFile(agentControlFD, "control")
	unix.CloseOnExec(agentControlFD)
	conn, err := net.FileConn(file)
	file.Close()
	if err != nil {
		return fmt.Errorf("lab agent: control socket: %w", err)
	}
	a := &agent{
		control:  &control{conn: conn.(*net.UnixConn)},
		hosts:    make(map[trace.Host]*agentHost),
		programs: make(map[int]*agentProgram),
		cancels:  make(map[uint64]context.CancelFunc),
	}
	ready, err := a.setUp()
	if err != nil {
		ready.Fail = newFailure(err)
	}
	if err := a.control.write(ready); err != nil {
		return nil // the lab is gone already
	}
	for _, f := range ready.files {
		f.Close()
	}
	a.serve()
	return nil
}

// setUp makes the hosts and returns what the lab needs to hold the wire: the
// packet socket, and the interface at which each host's cable ends.
func (a *agent) setUp() (message, error) {
	limitPrograms()
	wire, err := currentNetns()
	if err != nil {
		return message{}, fmt.Errorf("open the wire's namespace: %w", err)
	}
	defer wire.Close()
	specs := []hostSpec{
		{name: trace.Client, ip: ClientIP, ip6: ClientIP6, mac: net.HardwareAddr{2, 0, 0, 0, 0, 1}},
		{name: trace.Server, ip: ServerIP, ip6: ServerIP6, mac: net.HardwareAddr{2, 0, 0, 0, 0, 2}},
	}
	var (
		wg    sync.WaitGroup
		hosts [2]*agentHost
		errs  [3]error
		sock  *os.File
	)
	wg.Go(func() { sock, errs[2] = openWire() })
	for i, spec := range specs {
		wg.Go(func() { hosts[i], errs[i] = newAgentHost(spec, wire) })
	}
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return message{}, err
	}
	ready := message{files: []*os.File{sock}, Links: make(map[trace.Host]int)}
	for i, spec := range specs {
		a.hosts[spec.name] = hosts[i]
		if ready.Links[spec.name], err = plugIntoWire(spec.wireEnd()); err != nil {
			return message{}, err
		}
	}
	return ready, nil
}

// limitPrograms lowers the limits that programs inherit, so that a program
// that forks or allocates without end harms only itself.
func limitPrograms() {
	set := func(resource int, n uint64) {
		limit := unix.Rlimit{Cur: n, Max: n}
		if err := unix.Setrlimit(resource, &limit); err != nil {
			// A lower hard limit is in force already.
			return
		}
	}
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_NPROC, 1024) // counts in this user namespace; not enforced for the machine's root
	set(unix.RLIMIT_DATA, 4<<30) // RLIMIT_AS would break Go, which reserves far more than it uses
	// Since Linux 6.14 each process namespace has a limit of its own, which
	// holds for root too. Older kernels refuse.
	_ = os.WriteFile("/proc/sys/kernel/pid_max", []byte("2048"), 0)
}

// serve answers requests until the lab closes the control socket.
func (a *agent) serve() {
	for {
		req, err := a.control.read()
		if err != nil {
			return
		}
		if req.Op == opCancel {
			a.mu.Lock()
			if cancel := a.cancels[uint64(req.Program)]; cancel != nil {
				cancel()
			}
			a.mu.Unlock()
			continue
		}
		ctx, cancel := context.WithCancel(context.Background())
		a.mu.Lock()
		a.cancels[req.ID] = cancel
		a.mu.Unlock()
		go func() {
			answer, err := a.answer(ctx, req)
			cancel()
			a.mu.Lock()
			delete(a.cancels, req.ID)
			a.mu.Unlock()
			for _, f := range req.files {
				f.Close()
			}
			answer.ID = req.ID
			if err != nil {
				answer.Fail = newFailure(err)
			}
			// A failed write means that the lab is closing.
			_ = a.control.write(answer)
			for _, f := range answer.files {
				f.Close()
			}
			if req.Op == opStart && err == nil {
				a.reportExit(answer.Program)
			}
		}()
	}
}

func (a *agent) answer(ctx context.Context, req message) (message, error) {
	if req.Op == opKill {
		return message{}, a.kill(req.Program)
	}
	h, ok := a.hosts[req.Host]
	if !ok {
		return message{}, fmt.Errorf("no host %q", req.Host)
	}
	switch req.Op {
	case opStart:
		return a.start(h, *req.Command, req.files)
	case opSockets:
		socks, err := h.sockets()
		return message{Sockets: socks}, err
	case opDial, opListen, opListenPacket:
		f, err := h.open(ctx, req)
		if err != nil {
			return message{}, err
		}
		return message{files: []*os.File{f}}, nil
	}
	return message{}, fmt.Errorf("no operation %q", req.Op)
}

// open makes the socket that req asks for, on this host.
func (h *agentHost) open(ctx context.Context, req message) (f *os.File, err error) {
	err = h.visit(func() error {
		var sock interface{ File() (*os.File, error) }
		var closer interface{ Close() error }
		switch req.Op {
		case opDial:
			var d net.Dialer
			c, err := d.DialContext(ctx, req.Network, req.Address)
			if err != nil {
				return err
			}
			sock, closer = c.(interface{ File() (*os.File, error) }), c
		case opListen:
			var lc net.ListenConfig
			l, err := lc.Listen(ctx, req.Network, req.Address)
			if err != nil {
				return err
			}
			if u, ok := l.(*net.UnixListener); ok {
				u.SetUnlinkOnClose(false) // the lab's copy does that
			}
			sock, closer = l.(interface{ File() (*os.File, error) }), l
		case opListenPacket:
			var lc net.ListenConfig
			p, err := lc.ListenPacket(ctx, req.Network, req.Address)
			if err != nil {
				return err
			}
			sock, closer = p.(interface{ File() (*os.File, error) }), p
		}
		f, err = sock.File()
		closer.Close()
		return err
	})
	return f, err
}

// agentProgram is a program and the process namespace it lives in. The
// namespace's first process, its anchor, is a cat that waits for input that
// never comes: killing it makes the kernel kill everything in the namespace
// and nothing else, however it forked, and the program itself is no process
// number 1, for which signals would work differently.
type agentProgram struct {
	cmd    *exec.Cmd
	anchor *exec.Cmd
	hold   *os.File // the anchor's standard input
	killed sync.Once
}

func (a *agent) start(h *agentHost, c Command, stdio []*os.File) (message, error) {
	if len(stdio) != 3 {
		return message{}, fmt.Errorf("start with %d files", len(stdio))
	}
	anchor, hold, anchorFD, err := startAnchor()
	if err != nil {
		return message{}, err
	}
	p := &agentProgram{anchor: anchor, hold: hold}
	defer unix.Close(anchorFD)

	programFD := -1
	p.cmd = exec.Command(c.Path, c.Args...)
	p.cmd.Dir, p.cmd.Env = c.Dir, c.Env
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = stdio[0], stdio[1], stdio[2]
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, PidFD: &programFD}
	err = h.do(func() error {
		if err := unix.Setns(anchorFD, unix.CLONE_NEWPID); err != nil {
			return fmt.Errorf("enter a process namespace: %w", err)
		}
		return p.cmd.Start()
	})
	if err != nil {
		p.kill()
		return message{}, err
	}
	a.mu.Lock()
	a.next++
	id := a.next
	a.programs[id] = p
	a.mu.Unlock()

	anchorCopy, err := unix.FcntlInt(uintptr(anchorFD), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		p.kill()
		return message{}, err
	}
	return message{Program: id, files: []*os.File{
		os.NewFile(uintptr(programFD), "program"),
		os.NewFile(uintptr(anchorCopy), "anchor"),
	}}, nil
}

func startAnchor() (anchor *exec.Cmd, hold *os.File, pidfd int, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, -1, err
	}
	defer r.Close()
	pidfd = -1
	anchor = exec.Command("cat")
	anchor.Stdin = r
	anchor.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Cloneflags: unix.CLONE_NEWPID, PidFD: &pidfd}
	if err := anchor.Start(); err != nil {
		w.Close()
		return nil, nil, -1, fmt.Errorf("make a process namespace: %w", err)
	}
	return anchor, w, pidfd, nil
}

// kill ends everything in the program's namespace.
func (p *agentProgram) kill() {
	p.killed.Do(func() {
		p.anchor.Process.Kill()
		p.anchor.Wait() // returns when the namespace is empty: pid_namespaces(7)
		p.hold.Close()
	})
}

func (a *agent) kill(id int) error {
	a.mu.Lock()
	p := a.programs[id]
	a.mu.Unlock()
	if p == nil {
		return nil // killed before
	}
	p.kill()
	a.mu.Lock()
	delete(a.programs, id)
	a.mu.Unlock()
	return nil
}

// reportExit tells the lab when the program itself has ended.
func (a *agent) reportExit(id int) {
	a.mu.Lock()
	p := a.programs[id]
	a.mu.Unlock()
	if p == nil {
		return
	}
	p.cmd.Wait()
	exit := exitOf(p.cmd.ProcessState)
	_ = a.control.write(message{Program: id, Exit: &exit})
}

// agentHost is one host as the agent has it: a thread that lives in the
// host's namespaces and starts its programs.
type agentHost struct {
	hostSpec
	ns   netns.NsHandle
	work chan func()
	diag *diagnosis
}

// newAgentHost makes the host and its thread.
func newAgentHost(spec hostSpec, wire netns.NsHandle) (*agentHost, error) {
	h := &agentHost{hostSpec: spec, work: make(chan func())}
	made := make(chan error)
	go func() {
		// Never unlocked: the thread differs from the others for good.
		runtime.LockOSThread()
		err := h.enter(wire)
		if err == nil {
			err = dropPrivilegesOnExec()
		}
		made <- err
		if err != nil {
			return
		}
		for f := range h.work {
			f()
		}
	}()
	if err := <-made; err != nil {
		return nil, fmt.Errorf("make host %s: %w", spec.name, err)
	}
	return h, nil
}

// do runs f on the host's own thread. What f starts there is without
// privileges; f must not block.
func (h *agentHost) do(f func() error) error {
	done := make(chan error)
	h.work <- func() { done <- f() }
	return <-done
}

// visit runs f on a fresh thread in the host's network namespace. f may block.
func (h *agentHost) visit(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if err := netns.Set(h.ns); err != nil {
			done <- fmt.Errorf("enter host %s: %w", h.name, err)
			return
		}
		done <- f()
	}()
	return <-done
}

// dropPrivilegesOnExec arranges that what this thread executes has no
// capability, whatever its user, and can't gain any. The thread keeps its own.
func dropPrivilegesOnExec() error {
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return fmt.Errorf("clear ambient capabilities: %w", err)
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData // version 3 has two words
	if err := unix.Capget(&header, &sets[0]); err != nil {
		return fmt.Errorf("read capabilities: %w", err)
	}
	sets[0].Inheritable, sets[1].Inheritable = 0, 0
	if err := unix.Capset(&header, &sets[0]); err != nil {
		return fmt.Errorf("clear inheritable capabilities: %w", err)
	}
	last, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(last[:len(last)-1]))
	if err != nil {
		return fmt.Errorf("read cap_last_cap: %w", err)
	}
	for c := range n + 1 {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(c), 0, 0, 0); err != nil {
			return fmt.Errorf("drop capability %d: %w", c, err)
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	return nil
}
