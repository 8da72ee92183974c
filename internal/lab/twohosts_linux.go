package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// twoHosts is the backend made of network namespaces: our side of the agent.
type twoHosts struct {
	agent   *exec.Cmd
	control *control
	line    *wire

	mu      sync.Mutex
	calls   map[uint64]chan message // who waits for which answer
	exits   map[int]chan trace.Exit
	early   map[int]trace.Exit // ended before we knew of them
	nextID  uint64
	gone    error         // why nothing more comes from the agent
	goneC   chan struct{} // closed when gone is set
	closing bool
}

func openTwoHosts(ctx context.Context, cfg Config) (backend, error) {
	conn, agent, stderr, err := startAgent()
	if err != nil {
		return nil, err
	}
	t := &twoHosts{agent: agent, control: &control{conn: conn},
		calls: make(map[uint64]chan message), exits: make(map[int]chan trace.Exit),
		early: make(map[int]trace.Exit), goneC: make(chan struct{})}
	abandon := func() {
		conn.Close()
		_ = agent.Process.Kill()
		_ = agent.Wait()
	}
	stop := context.AfterFunc(ctx, func() { _ = agent.Process.Kill() })
	defer stop()
	ready, err := t.control.read()
	if ctx.Err() != nil {
		abandon()
		return nil, ctx.Err()
	}
	if err != nil {
		abandon()
		return nil, fmt.Errorf("the lab's agent ended: %s (does main call lab.Main?)", strings.TrimSpace(stderr.String()))
	}
	if ready.Fail != nil {
		abandon()
		return nil, &UnavailableError{Reason: refusal(ready.Fail, unix.EPERM, unix.EACCES), Err: ready.Fail}
	}
	if t.line, err = newWire(ready.files[0], ready.Links, cfg); err != nil {
		abandon()
		return nil, err
	}
	if !stop() {
		t.line.close()
		abandon()
		return nil, ctx.Err()
	}
	go t.receive()
	return t, nil
}

// startAgent executes ourselves again as the agent: in a user namespace where
// our user keeps its number but holds the capabilities that making hosts takes.
func startAgent() (*net.UnixConn, *exec.Cmd, *strings.Builder, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open control socket: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "control"), os.NewFile(uintptr(fds[1]), "control")
	defer theirs.Close()
	conn, err := net.FileConn(ours)
	ours.Close()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open control socket: %w", err)
	}
	stderr := new(strings.Builder)
	agent := exec.Command("/proc/self/exe")
	agent.Args = []string{"learnnet-lab"}
	agent.Env = append(os.Environ(), agentEnv+"="+cmp.Or(os.Getenv("GOGC"), noGOGC), "GOGC=off")
	agent.Stderr = stderr
	agent.ExtraFiles = []*os.File{theirs}
	agent.SysProcAttr = &syscall.SysProcAttr{
		Setsid: true, // Ctrl-C at the terminal is for us, who then close the lab
		Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWUTS |
			unix.CLONE_NEWIPC,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_NET_ADMIN, unix.CAP_NET_RAW, unix.CAP_SYS_ADMIN,
			unix.CAP_SYS_PTRACE, unix.CAP_SETPCAP, unix.CAP_SYS_RESOURCE, unix.CAP_KILL},
	}
	forks.RLock() // a process that gets a user namespace waits for us before it is executed
	err = agent.Start()
	forks.RUnlock()
	if err != nil {
		conn.Close()
		return nil, nil, nil, &UnavailableError{Reason: refusal(err, unix.EPERM, unix.EACCES, unix.ENOSPC, unix.EUSERS, unix.EINVAL, unix.ENOSYS), Err: err}
	}
	return conn.(*net.UnixConn), agent, stderr, nil
}

// refusal says why this machine refuses us what two hosts are made of; err is
// what the kernel said, and means a refusal if it is one of refusals.
func refusal(err error, refusals ...error) string {
	read := func(path string) string {
		b, _ := os.ReadFile(path)
		return strings.TrimSpace(string(b))
	}
	switch {
	case read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
		return "AppArmor takes the capabilities of unprivileged user namespaces away (kernel.apparmor_restrict_unprivileged_userns = 1)"
	case read("/proc/sys/kernel/unprivileged_userns_clone") == "0":
		return "unprivileged user namespaces are switched off (kernel.unprivileged_userns_clone = 0)"
	case read("/proc/sys/user/max_user_namespaces") == "0":
		return "user namespaces are switched off (user.max_user_namespaces = 0)"
	}
	if slices.ContainsFunc(refusals, func(r error) bool { return errors.Is(err, r) }) {
		return "the kernel or a container around us refuses unprivileged user namespaces"
	}
	return "this kernel lacks something that two hosts are made of (namespaces, veth interfaces, packet sockets)"
}

// receive hands what the agent says to whoever waits for it.
func (t *twoHosts) receive() {
	for {
		m, err := t.control.read()
		if err != nil {
			t.mu.Lock()
			t.gone = ErrClosed
			if !t.closing {
				t.gone = fmt.Errorf("the lab's agent ended: %w", err)
			}
			close(t.goneC)
			t.mu.Unlock()
			return
		}
		t.mu.Lock()
		if m.ID == 0 && m.Exit != nil {
			if c := t.exits[m.Program]; c != nil {
				delete(t.exits, m.Program)
				c <- *m.Exit
			} else {
				t.early[m.Program] = *m.Exit
			}
		} else if c := t.calls[m.ID]; c != nil {
			delete(t.calls, m.ID)
			c <- m
		} else { // nobody waits any more
			for _, f := range m.files {
				f.Close()
			}
		}
		t.mu.Unlock()
	}
}

// call asks the agent and waits for its answer. A cancelled dial is given up
// on the other side too.
func (t *twoHosts) call(ctx context.Context, req message) (message, error) {
	answer := make(chan message, 1)
	t.mu.Lock()
	if t.gone != nil {
		t.mu.Unlock()
		return message{}, t.gone
	}
	t.nextID++
	req.ID = t.nextID
	t.calls[req.ID] = answer
	t.mu.Unlock()
	if err := t.control.write(req); err != nil {
		// The connection is gone, and receive is about to say why.
		t.control.conn.Close()
		<-t.goneC
		return message{}, t.gone
	}
	answered := func(m message) (message, error) {
		if m.Fail != nil {
			return m, m.Fail
		}
		return m, nil
	}
	select {
	case m := <-answer:
		return answered(m)
	case <-t.goneC:
		select { // it may have been the agent's last word
		case m := <-answer:
			return answered(m)
		default:
			return message{}, t.gone
		}
	case <-ctx.Done():
		t.mu.Lock()
		delete(t.calls, req.ID)
		t.mu.Unlock()
		_ = t.control.write(message{Op: opCancel, Program: int(req.ID)})
		select { // the answer may have come in between
		case m := <-answer:
			for _, f := range m.files {
				f.Close()
			}
		default:
		}
		return message{}, ctx.Err()
	}
}

func (t *twoHosts) start(h trace.Host, c Command, std stdio) (running, error) {
	m, err := t.call(context.Background(), message{Op: opStart, Host: h, Command: &c, files: std[:]})
	if err != nil {
		return nil, err
	}
	program, anchor := m.files[0], m.files[1]
	defer program.Close()
	defer anchor.Close()
	p := &namespaced{twoHosts: t, id: m.Program, number: pidOf(program), anchor: pidOf(anchor),
		exit: make(chan trace.Exit, 1)}
	p.space, _ = os.Readlink(pidNamespace(p.anchor)) // stays empty if it is dead already
	t.mu.Lock()
	defer t.mu.Unlock()
	if exit, ok := t.early[p.id]; ok {
		delete(t.early, p.id)
		p.exit <- exit
	} else {
		t.exits[p.id] = p.exit
	}
	return p, nil
}

// pidOf returns the number that a pidfd's process has for us (pidfd_open(2),
// fdinfo).
func pidOf(pidfd *os.File) int {
	info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", pidfd.Fd()))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(info)) {
		if rest, ok := strings.CutPrefix(line, "Pid:"); ok {
			pid, _ := strconv.Atoi(strings.TrimSpace(rest))
			return pid
		}
	}
	return 0
}

func (t *twoHosts) open(ctx context.Context, op string, h trace.Host, network, addr string) (*os.File, error) {
	m, err := t.call(ctx, message{Op: op, Host: h, Network: network, Address: addr})
	if err != nil {
		return nil, err
	}
	return m.files[0], nil
}

func (t *twoHosts) dial(ctx context.Context, h trace.Host, network, addr string) (net.Conn, error) {
	f, err := t.open(ctx, opDial, h, network, addr)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return net.FileConn(f)
}

func (t *twoHosts) listen(ctx context.Context, h trace.Host, network, addr string) (net.Listener, error) {
	f, err := t.open(ctx, opListen, h, network, addr)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l, err := net.FileListener(f)
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(true)
	}
	return l, err
}

func (t *twoHosts) listenPacket(ctx context.Context, h trace.Host, network, addr string) (net.PacketConn, error) {
	f, err := t.open(ctx, opListenPacket, h, network, addr)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return net.FilePacketConn(f)
}

func (t *twoHosts) sockets(h trace.Host) ([]trace.Socket, error) {
	m, err := t.call(context.Background(), message{Op: opSockets, Host: h})
	return m.Sockets, err
}

func (t *twoHosts) addr(h trace.Host, port uint16) (netip.AddrPort, error) {
	ip := ClientIP
	if h == trace.Server {
		ip = ServerIP
	}
	return netip.AddrPortFrom(ip, port), nil
}

func (t *twoHosts) wire() WireStats { return t.line.stats() }

func (t *twoHosts) setPlan(p Plan) { t.line.setPlan(p) }

func (t *twoHosts) onFrame(comes func([]byte), passed func()) {
	t.line.comes.Store(&comes)
	t.line.passed.Store(&passed)
}

func (t *twoHosts) close() error {
	t.mu.Lock()
	t.closing = true
	t.mu.Unlock()
	t.control.conn.Close()
	<-t.goneC
	t.line.close()
	// The agent ends at the closed control socket; killing it spares the wait.
	_ = t.agent.Process.Kill()
	err := t.agent.Wait()
	if killed := new(exec.ExitError); errors.As(err, &killed) {
		return nil
	}
	return err
}

// namespaced is a program in a process namespace of its own.
type namespaced struct {
	*twoHosts
	id     int
	number int
	anchor int    // process number of the namespace's first process
	space  string // the namespace's name, "pid:[…]"
	exit   chan trace.Exit
	killed atomic.Bool // the namespace's name may be another's by now
}

func (p *namespaced) pid() int { return p.number }

func (p *namespaced) wait() trace.Exit {
	select {
	case e := <-p.exit:
		return e
	case <-p.goneC:
		return trace.Exit{Status: -1, Signal: "killed"}
	}
}

func (p *namespaced) kill() error {
	_, err := p.call(context.Background(), message{Op: opKill, Program: p.id})
	p.killed.Store(true)
	return err
}

func (p *namespaced) members() []Member {
	if p.space == "" || p.killed.Load() {
		return nil
	}
	return membersOf(p.space, p.anchor)
}
