package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// loopback is the backend without namespaces: both hosts are this machine.
type loopback struct {
	mu    sync.Mutex
	addrs map[hostPort]netip.AddrPort
}

type hostPort struct {
	host trace.Host
	port uint16
}

func openLoopback() backend {
	return &loopback{addrs: make(map[hostPort]netip.AddrPort)}
}

func (l *loopback) start(_ trace.Host, c Command, std stdio) (running, error) {
	if c.Terminal {
		return nil, errors.New("a program gets a terminal of its own on two hosts only")
	}
	cmd := exec.Command(c.Path, c.Args...)
	mark := fmt.Sprintf("LEARNNET_PROGRAM=%016x", rand.Uint64())
	cmd.Dir, cmd.Env = c.Dir, append(slices.Clip(c.Env), mark)
	if c.Env == nil {
		cmd.Env = append(os.Environ(), mark)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = std[0], std[1], std[2]
	setApart(cmd)
	if err := startHere(cmd, c); err != nil {
		return nil, err
	}
	return &local{cmd: cmd, mark: mark}, nil
}

func (l *loopback) dial(ctx context.Context, _ trace.Host, network, addr string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

func (l *loopback) listen(ctx context.Context, _ trace.Host, network, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(ctx, network, addr)
}

func (l *loopback) listenPacket(ctx context.Context, _ trace.Host, network, addr string) (net.PacketConn, error) {
	var lc net.ListenConfig
	return lc.ListenPacket(ctx, network, addr)
}

func (l *loopback) sockets(trace.Host) ([]trace.Socket, error) { return machineSockets() }

// addr chooses a port that is free at this moment. Until the program binds it
// another program of the machine may: nothing but the program's own bind can
// hold a port for it.
func (l *loopback) addr(h trace.Host, port uint16) (netip.AddrPort, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := hostPort{h, port}
	if a, ok := l.addrs[key]; ok {
		return a, nil
	}
	a, err := takenPorts.take()
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("choose a port for %s:%d: %w", h, port, err)
	}
	l.addrs[key] = a
	return a, nil
}

func (l *loopback) wire() WireStats { return WireStats{} }

func (l *loopback) setPlan(Plan) {}

func (l *loopback) atRest() (rest, known bool) { return false, false }

func (l *loopback) onFrame(func([]byte), func()) {}

func (l *loopback) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.addrs {
		takenPorts.give(a.Port())
	}
	clear(l.addrs)
	return nil
}

// takenPorts are the ports of all loopback labs of this process, so that no
// two labs get the same one.
var takenPorts = portSet{ports: make(map[uint16]bool)}

type portSet struct {
	mu    sync.Mutex
	ports map[uint16]bool
}

// Ports are chosen below those that Linux (32768 and up), macOS and Windows
// (49152 and up) give to outgoing connections, which therefore can't take one
// away between choice and use.
const (
	firstPort = 20000
	lastPort  = 32767
)

// take returns an address of 127.0.0.1 whose port is free for TCP and for UDP.
func (s *portSet) take() (netip.AddrPort, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var why error
	for range 500 {
		port := uint16(firstPort + rand.IntN(lastPort-firstPort+1))
		if s.ports[port] {
			continue
		}
		addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
		if why = tryPort(addr); why == nil {
			s.ports[port] = true
			return addr, nil
		}
	}
	if why == nil {
		why = errors.New("all are in use by labs of this program")
	}
	return netip.AddrPort{}, fmt.Errorf("no free port on 127.0.0.1 from %d to %d: %w", firstPort, lastPort, why)
}

func (s *portSet) give(port uint16) {
	s.mu.Lock()
	delete(s.ports, port)
	s.mu.Unlock()
}

// tryPort reports why no program can have a port, if none can. Programs that
// don't set SO_REUSEADDR can't bind one with a connection in TIME-WAIT.
func tryPort(addr netip.AddrPort) error {
	strict := net.ListenConfig{Control: withoutReuse}
	l, err := strict.Listen(context.Background(), "tcp", addr.String())
	if err != nil {
		return err
	}
	defer l.Close()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(addr))
	if err != nil {
		return err
	}
	return c.Close()
}

// local is a program that runs directly on this machine, at the head of a
// session or process group of its own.
type local struct {
	cmd   *exec.Cmd
	mark  string      // in the environment of all that it starts, where the system lets us look
	ended atomic.Bool // it has been waited for: its number may be another's by now
}

func (p *local) pid() int { return p.cmd.Process.Pid }

func (p *local) wait() trace.Exit {
	_ = p.cmd.Wait() // the state says it all
	p.ended.Store(true)
	return exitOf(p.cmd.ProcessState)
}

// killLimit is how long kill waits for what it has killed to be gone.
const killLimit = 5 * time.Second

// kill kills until nothing of the tree is found. A process that left the
// session and its parent (a daemon) is known by its environment; one that also
// gave that up can't be told from a stranger and is left alone.
func (p *local) kill() error {
	end := time.After(killLimit)
	known := make(map[int]bool) // links break with the parents, before the children are gone
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		tree := p.tree(known)
		if len(tree) == 0 {
			return nil
		}
		for _, row := range tree {
			known[row.pid] = true
		}
		killTree(p.pid(), tree)
		select {
		case <-time.After(wait):
		case <-end:
			return fmt.Errorf("kill %s: %d of its processes are still there after %v", p.cmd.Path, len(tree), killLimit)
		}
	}
}

func (p *local) members() []Member { return toMembers(p.tree(nil)) }

// processRow is one row of this machine's process table. Zombies are not in it.
type processRow struct {
	pid, parent int
	session     int // or process group, where the system doesn't tell the session
	name        string
}

// tree returns what is alive of the program: itself, its session, those known
// to be of it, those that bear its mark, and all that descends from them.
func (p *local) tree(known map[int]bool) []processRow {
	table := processTable()
	in := maps.Clone(known)
	if in == nil {
		in = make(map[int]bool)
	}
	if !p.ended.Load() {
		in[p.pid()] = true
	}
	for _, row := range table {
		if !in[row.pid] && row.session != p.pid() && inEnvironment(row.pid, p.mark) {
			in[row.pid] = true
		}
	}
	var tree []processRow
	for found := true; found; {
		found = false
		rest := table[:0]
		for _, row := range table {
			if in[row.pid] || in[row.parent] || row.session == p.pid() {
				in[row.pid] = true
				tree = append(tree, row)
				found = true
				continue
			}
			rest = append(rest, row)
		}
		table = rest
	}
	return tree
}
