package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// agentEnv marks an execution of ours that is to be a lab's agent. Its value is
// our own GOGC, or noGOGC.
const (
	agentEnv = "LEARNNET_LAB_AGENT"
	noGOGC   = "none"
)

// agentControlFD is where the agent finds its end of the control socket.
const agentControlFD = 3

// Main turns this process into a part of a lab if it was started as one, and
// otherwise returns at once. Call it first thing in main and TestMain.
func Main() {
	if os.Getenv(anchorEnv) != "" {
		limitProcesses(programProcesses)
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
		os.Exit(0)
	}
	if os.Getenv(agentEnv) == "" {
		return
	}
	// It was started without garbage collection, which would only slow it down:
	// it needs a few megabytes. The programs get what its parent had.
	debug.SetMemoryLimit(128 << 20)
	if gogc := os.Getenv(agentEnv); gogc == noGOGC {
		os.Unsetenv("GOGC")
	} else {
		os.Setenv("GOGC", gogc)
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
	if err := a.control.hand(ready); err != nil {
		return nil // the lab is gone already
	}
	a.serve()
	return nil
}

// setUp makes the hosts and returns what the lab needs to hold the wire: the
// packet socket, and the interface at which each host's cable ends.
func (a *agent) setUp() (message, error) {
	limitPrograms()
	smallTables()
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
	for _, h := range hosts {
		if err := h.cable.awaitUp(); err != nil {
			return message{}, err
		}
	}
	return ready, nil
}

// limitPrograms lowers the limits that programs inherit, so that a program
// that forks or allocates without end harms only itself.
func limitPrograms() {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_CORE: 0,
		// The usual number, whatever the user's shell allows: what runs out of
		// descriptors here does so elsewhere.
		unix.RLIMIT_NOFILE: 1024,
		unix.RLIMIT_NPROC:  labProcesses, // counts in this user namespace; not enforced for the machine's root
		unix.RLIMIT_DATA:   2 << 30,      // RLIMIT_AS would break Go, which reserves far more than it uses
		unix.RLIMIT_STACK:  2 << 20,      // reserved for each thread, which counts as data: 8 MiB would allow few threads
	} {
		limit := unix.Rlimit{Cur: most, Max: most}
		// It fails where a lower limit is in force already.
		_ = unix.Setrlimit(resource, &limit)
	}
	limitProcesses(rootProcesses)
}

// How many processes and threads there may be at once. A program that forks
// without end has its namespace full in a twentieth of a second, and what it has
// then goes on trying: the fewer, the sooner somebody gets to stop it. Agent and
// programs share the user's limit, which is not enforced for the machine's root:
// Go ends when it can't have a thread.
const (
	programProcesses = 512              // in a program's namespace
	allPrograms      = 1024             // of a lab, by the user's limit
	labProcesses     = 2 * allPrograms  // with the agent, by the user's limit
	rootProcesses    = 16 * allPrograms // in the lab's namespace
)

// limitProcesses lowers the highest process number of the process namespace
// that we are in (proc_sys_kernel(5)). Since Linux 6.14 each has its own, which
// holds for root too; older kernels refuse.
func limitProcesses(most int) {
	_ = os.WriteFile(pidMax, []byte(strconv.Itoa(most)), 0)
}

const pidMax = "/proc/sys/kernel/pid_max"

// smallTables gives the hosts to come socket tables of their own. They would
// share the machine's, which have hundreds of thousands of entries, and to ask
// for a host's sockets (sock_diag(7)) is to walk through a whole table.
func smallTables() {
	for _, name := range []string{"tcp_child_ehash_entries", "udp_child_hash_entries"} {
		// Linux has had them since 6.1 and 6.3; without them all works, slower.
		_ = os.WriteFile("/proc/sys/net/ipv4/"+name, []byte("256"), 0)
	}
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
			_ = a.control.hand(answer)
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
	case opTraffic:
		t, err := h.traffic()
		return message{Traffic: &t}, err
	case opDial, opListen, opListenPacket:
		f, err := h.open(ctx, req)
		if err != nil {
			return message{}, err
		}
		return message{files: []*os.File{f}}, nil
	}
	return message{}, fmt.Errorf("no operation %q", req.Op)
}
