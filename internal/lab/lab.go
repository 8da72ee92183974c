// Package lab makes two computers and the wire between them.
//
// On Linux a lab is two network namespaces, "client" (10.0.0.1, fd00::1) and
// "server" (10.0.0.2, fd00::2), made without root by an agent: our own
// executable, started again inside a user namespace of its own. The wire is
// held by this process, which moves every frame from one host to the other,
// records it and may lose, delay, double, reorder or damage it.
//
// Where namespaces are not to be had, the same interface runs on the loopback:
// both hosts are this machine, each port stands on a free port of 127.0.0.1,
// and there is no wire to look at. [Lab.Missing] says why. What programs say to
// each other is to be seen there by a relay, for those who are sent through it:
// see [Host.Reach].
//
// Programs that open labs must call [Main] first thing in main or TestMain.
//
// A lab leaves nothing behind. The agent is the first process of its own
// process namespace and ends when its control socket closes, which the kernel
// sees to even if this process is killed; with it go all programs, namespaces
// and interfaces of the lab.
package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/learnnet/learnnet/internal/trace"
)

// Isolation says what a lab's hosts are made of.
type Isolation string

// The two kinds of lab.
const (
	TwoHosts Isolation = "two-hosts" // two network namespaces and a wire
	Loopback Isolation = "loopback"  // both hosts are this machine
)

// Config says what lab to open. The zero Config asks for two hosts and a
// perfect wire, and takes the loopback where they can't be had.
type Config struct {
	// Timeline receives every frame, every start and end of a program, its
	// output and its input, and on the loopback what its relays see. Nil means
	// that nobody wants to know.
	Timeline *trace.Timeline
	// Plan decides what the wire does with each frame; nil is a perfect wire.
	Plan Plan
	// Chatter lets the housekeeping of IPv6 and multicast (router
	// solicitations, multicast reports) through; otherwise it is kept off the
	// wire and out of the timeline.
	Chatter bool
	// Isolation, if set, refuses the other kind of lab.
	Isolation Isolation
	// States puts the states of both hosts' sockets into the timeline, as often
	// as something happens that may change them. There are none on the
	// loopback, where the sockets of the whole machine would be among them.
	States bool
	// Calls, if set, puts the socket calls of every program into the timeline.
	// Lab.CallsMissing says why where that can't be had.
	Calls *Calls
}

// Calls says how programs' socket calls are followed.
type Calls struct {
	// All also tells of pollers, and of what runtimes do for themselves.
	All bool
	// Hold, if set, is called for each entry and each return of a call once it
	// stands in the timeline, with the event as it stands there. The program's
	// thread goes on when Hold returns. The context ends when the program is
	// killed.
	Hold func(ctx context.Context, e trace.Event)
}

// The addresses of the two hosts of a TwoHosts lab.
var (
	ClientIP  = netip.MustParseAddr("10.0.0.1")
	ServerIP  = netip.MustParseAddr("10.0.0.2")
	ClientIP6 = netip.MustParseAddr("fd00::1")
	ServerIP6 = netip.MustParseAddr("fd00::2")
)

// A Lab is a pair of hosts. Its methods are safe for concurrent use.
type Lab struct {
	client, server *Host
	timeline       *trace.Timeline
	calls          *Calls
	back           backend
	isolation      Isolation
	missing        string
	watch          *watch  // nil without States
	relays         *relays // nil on two hosts

	mu      sync.Mutex
	procs   map[*Process]struct{}
	callErr error // why calls can't be followed
	closed  bool
}

// A backend is one way to make hosts. The seam between Linux namespaces and
// everything else.
type backend interface {
	// start runs c on h with the three standard streams given; it returns
	// once the program has been executed.
	start(h trace.Host, c Command, stdio stdio) (running, error)
	dial(ctx context.Context, h trace.Host, network, addr string) (net.Conn, error)
	listen(ctx context.Context, h trace.Host, network, addr string) (net.Listener, error)
	listenPacket(ctx context.Context, h trace.Host, network, addr string) (net.PacketConn, error)
	// sockets returns every socket of the host.
	sockets(h trace.Host) ([]trace.Socket, error)
	// addr returns where port number port of the host is to be found.
	addr(h trace.Host, port uint16) (netip.AddrPort, error)
	// wire returns what the wire counted, or the zero WireStats.
	wire() WireStats
	setPlan(Plan)
	// atRest is Lab.AtRest.
	atRest() (rest, known bool)
	// onFrame has comes called whenever a frame has come out of a host, before
	// anything is done with it, and passed whenever one has been handed over.
	onFrame(comes func(frame []byte), passed func())
	close() error
}

// Open makes a lab. With cfg.Isolation unset it falls back to the loopback
// when two hosts can't be had; Missing then says why.
func Open(ctx context.Context, cfg Config) (*Lab, error) {
	if cfg.Timeline == nil {
		cfg.Timeline = trace.New()
		cfg.Timeline.Close() // a closed timeline drops what it is given
	}
	l := &Lab{timeline: cfg.Timeline, calls: cfg.Calls, procs: make(map[*Process]struct{})}
	l.client = &Host{lab: l, name: trace.Client}
	l.server = &Host{lab: l, name: trace.Server}

	if cfg.Isolation != Loopback {
		back, err := openTwoHosts(ctx, cfg)
		if err == nil {
			l.back, l.isolation = back, TwoHosts
			if cfg.States {
				l.watch = newWatch(l)
				back.onFrame(l.watch.comes, l.watch.stir)
			}
			return l, nil
		}
		var unavailable *UnavailableError
		if cfg.Isolation == TwoHosts || !errors.As(err, &unavailable) {
			return nil, fmt.Errorf("open lab: %w", err)
		}
		l.missing = unavailable.Reason
	}
	l.back, l.isolation, l.relays = openLoopback(), Loopback, newRelays(l.timeline)
	if l.calls != nil {
		// There this process is its programs' parent as well as their tracer,
		// and the one would take their exit from the other.
		l.calls, l.callErr = nil, errors.New("they can only be followed on two hosts")
	}
	return l, nil
}

// UnavailableError says that this machine refuses the namespaces that two
// hosts are made of.
type UnavailableError struct {
	Reason string // what is missing, in words: "AppArmor takes … away"
	Err    error  // what the kernel said, if it was asked
}

func (e *UnavailableError) Error() string {
	if e.Err == nil {
		return e.Reason
	}
	return e.Reason + ": " + e.Err.Error()
}

func (e *UnavailableError) Unwrap() error { return e.Err }

// Isolation says which kind of lab this is.
func (l *Lab) Isolation() Isolation { return l.isolation }

// Missing says in one line why this lab is not two hosts; empty if it is.
func (l *Lab) Missing() string { return l.missing }

// CallsMissing says why the timeline has no socket calls of some program,
// although the lab was opened to have them; nil if nothing is missing so far.
func (l *Lab) CallsMissing() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.callErr
}

// Client returns the host named "client".
func (l *Lab) Client() *Host { return l.client }

// Server returns the host named "server".
func (l *Lab) Server() *Host { return l.server }

// Host returns the host of that name.
func (l *Lab) Host(name trace.Host) *Host {
	if name == trace.Client {
		return l.client
	}
	return l.server
}

// Timeline returns the timeline that the lab appends to.
func (l *Lab) Timeline() *trace.Timeline { return l.timeline }

// SetPlan changes what the wire does with the frames to come; nil makes it
// perfect again. On the loopback there is no wire and SetPlan does nothing.
func (l *Lab) SetPlan(p Plan) { l.back.setPlan(p) }

// WireStats is what the wire counted.
type WireStats struct {
	// Frames read from both hosts.
	Frames uint64
	// Missed frames were lost because this process could not keep up, so that
	// neither the receiver nor the timeline got them. Not zero means that the
	// machine, and no program in the lab, is to blame for what is missing.
	Missed uint64
}

// AtRest reports whether nothing is on its way between the hosts: every frame
// that a host has sent has crossed the wire, or got lost on it, and every unicast
// packet that crossed has been taken in by the other host's kernel. What a
// kernel keeps to send later, and what a program has not read yet, is not on its
// way. Known is false where that can't be told: on the loopback.
func (l *Lab) AtRest() (rest, known bool) { return l.back.atRest() }

// WireStats returns what the wire counted so far.
func (l *Lab) WireStats() WireStats { return l.back.wire() }

// Close kills every program in the lab and takes the hosts and the wire down.
// It returns when they are gone.
func (l *Lab) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	procs := make([]*Process, 0, len(l.procs))
	for p := range l.procs {
		procs = append(procs, p)
	}
	l.mu.Unlock()

	if l.watch != nil {
		l.watch.close() // before we kill: what that changes is not the programs' doing
	}
	if l.relays != nil {
		l.relays.hush() // likewise
		defer l.relays.close()
	}
	for _, p := range procs {
		p.Kill()
	}
	if err := l.back.close(); err != nil {
		return fmt.Errorf("close lab: %w", err)
	}
	return nil
}

// ErrClosed is the error of everything that is asked of a closed lab.
var ErrClosed = errors.New("the lab is closed")

func (l *Lab) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// A Host is one of a lab's two computers.
type Host struct {
	lab  *Lab
	name trace.Host
}

// Name returns "client" or "server".
func (h *Host) Name() trace.Host { return h.name }

// Addr returns the address at which a program on this host is to use the
// given port: 10.0.0.2:8898 on two hosts, some free port of 127.0.0.1 on the
// loopback. The same port gives the same address for the lab's whole life.
func (h *Host) Addr(port uint16) (netip.AddrPort, error) {
	if h.lab.isClosed() {
		return netip.AddrPort{}, ErrClosed
	}
	return h.lab.back.addr(h.name, port)
}

// Reach returns where the other host's programs reach port number port of this
// one. On two hosts that is Addr. On the loopback it is the address of a relay,
// which passes on to Addr what comes by TCP and by UDP, and back, and tells the
// timeline what each side does ([trace.KindRelay]). Where nobody listens, a
// connection to a relay comes about all the same, and is then reset.
func (h *Host) Reach(port uint16) (netip.AddrPort, error) {
	addr, err := h.Addr(port)
	if err != nil {
		return addr, err
	}
	return h.ReachAddr(addr)
}

// ReachAddr is Reach for a program that uses another address of this host, such
// as an IPv6 one. The relay to it has a port of the same IP address.
func (h *Host) ReachAddr(addr netip.AddrPort) (netip.AddrPort, error) {
	if h.lab.isClosed() {
		return netip.AddrPort{}, ErrClosed
	}
	if h.lab.relays == nil {
		return addr, nil
	}
	return h.lab.relays.reach(h.name, addr)
}

// AwaitRelayed returns when the relays of a loopback lab have passed on what
// programs have sent before, and have seen the end of every connection from the
// side of this host: its programs are to have closed them, or ended. Otherwise
// it returns ctx's error. On two hosts it returns at once.
func (h *Host) AwaitRelayed(ctx context.Context) error {
	if h.lab.relays == nil {
		return nil
	}
	return h.lab.relays.heardAll(ctx, h.name)
}

// Dial connects from this host, as net.Dialer.DialContext does. The address
// must be literal.
func (h *Host) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if h.lab.isClosed() {
		return nil, ErrClosed
	}
	return h.lab.back.dial(ctx, h.name, network, addr)
}

// Listen listens on this host, as net.ListenConfig.Listen does.
func (h *Host) Listen(ctx context.Context, network, addr string) (net.Listener, error) {
	if h.lab.isClosed() {
		return nil, ErrClosed
	}
	return h.lab.back.listen(ctx, h.name, network, addr)
}

// ListenPacket opens a datagram socket on this host, as
// net.ListenConfig.ListenPacket does.
func (h *Host) ListenPacket(ctx context.Context, network, addr string) (net.PacketConn, error) {
	if h.lab.isClosed() {
		return nil, ErrClosed
	}
	return h.lab.back.listenPacket(ctx, h.name, network, addr)
}

// Sockets returns every socket on this host as its kernel has it now.
func (h *Host) Sockets() ([]trace.Socket, error) {
	if h.lab.isClosed() {
		return nil, ErrClosed
	}
	return h.lab.back.sockets(h.name)
}
