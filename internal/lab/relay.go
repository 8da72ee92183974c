package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"

	"github.com/learnnet/learnnet/internal/trace"
)

// relays are what stands between the two hosts of a loopback lab for those who
// ask for it with Host.Reach. Each tells the timeline what a side does before
// it passes that on, so that a cause stands before its effect.
type relays struct {
	timeline *trace.Timeline
	ctx      context.Context // ends when the lab closes
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	byAddr  map[hostAddr]*relay
	closed  bool
	silent  bool                             // nothing is told any more
	numbers map[string]int                   // given to connections and peers so far, by network
	links   map[*link]struct{}               // connections that have not come to their end
	changed chan struct{}                    // closed and replaced when a link changes; nil while nobody waits
	ours    map[netip.AddrPort]chan struct{} // where a marker of ours comes from; see mark
}

func newRelays(t *trace.Timeline) *relays {
	r := &relays{timeline: t, byAddr: make(map[hostAddr]*relay), numbers: make(map[string]int),
		links: make(map[*link]struct{}), ours: make(map[netip.AddrPort]chan struct{})}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// A hostAddr is where a program of a host is.
type hostAddr struct {
	host trace.Host
	addr netip.AddrPort
}

// A relay passes on what comes to one port, by TCP and by UDP.
type relay struct {
	*relays
	host   trace.Host     // whose program is reached
	via    netip.AddrPort // where we are
	target netip.AddrPort // where the program is
	tcp    *net.TCPListener
	udp    *net.UDPConn
}

// reach returns the address of the relay to target, which a program of h uses.
func (r *relays) reach(h trace.Host, target netip.AddrPort) (netip.AddrPort, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return netip.AddrPort{}, ErrClosed
	}
	key := hostAddr{h, target}
	if one, ok := r.byAddr[key]; ok {
		return one.via, nil
	}
	one := &relay{relays: r, host: h, target: target}
	if err := one.listen(); err != nil {
		return netip.AddrPort{}, fmt.Errorf("make a relay to %v of the %s: %w", target, h, err)
	}
	r.byAddr[key] = one
	r.running.Go(one.accept)
	r.running.Go(one.receive)
	return one.via, nil
}

// listen takes a port for TCP and UDP. Another program of the machine may take
// it first; then another one will do.
func (r *relay) listen() (err error) {
	const tries = 10
	for range tries {
		if r.via, err = r.take(); err != nil {
			return err
		}
		if r.tcp, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(r.via)); err == nil {
			if r.udp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(r.via)); err == nil {
				return nil
			}
			_ = r.tcp.Close()
		}
		takenPorts.give(r.via.Port())
	}
	return err
}

// take takes a port beside the program's, at the same IP address. Give it back
// to takenPorts.
func (r *relay) take() (netip.AddrPort, error) {
	free, err := takenPorts.take()
	return netip.AddrPortFrom(r.target.Addr(), free.Port()), err
}

// hush stops telling: what happens from now on is not the programs' doing.
func (r *relays) hush() {
	r.mu.Lock()
	r.silent = true
	r.mu.Unlock()
}

// close ends all relays, and with them the connections through them.
func (r *relays) close() {
	r.mu.Lock()
	r.closed, r.silent = true, true
	r.cancel()
	for _, one := range r.byAddr {
		_ = one.tcp.Close()
		_ = one.udp.Close()
	}
	for l := range r.links {
		l.hangUp()
	}
	r.mu.Unlock()
	r.running.Wait()
	for _, one := range r.byAddr {
		takenPorts.give(one.via.Port())
	}
}

// tell adds to the timeline that a side did something.
func (r *relays) tell(h trace.Host, saw trace.Relay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(h, saw)
}

// add is tell for those who hold mu.
func (r *relays) add(h trace.Host, saw trace.Relay) {
	if !r.silent {
		r.timeline.Add(trace.Event{Kind: trace.KindRelay, Host: h, Relay: &saw})
	}
}

// sees begins the events about a connection or a datagram peer, which it gives
// its number. caller is the address of the program that came to us. The caller
// of sees holds mu.
func (r *relay) sees(network string, caller netip.AddrPort) trace.Relay {
	r.numbers[network]++
	saw := trace.Relay{Network: network, Conn: r.numbers[network], Client: caller, Via: r.via, Server: r.target}
	if r.host == trace.Client {
		saw.Client, saw.Server = r.target, caller
	}
	return saw
}

func withData(saw trace.Relay, data []byte) trace.Relay {
	saw.What, saw.Length = trace.RelayData, len(data)
	saw.Data = data[:min(len(data), trace.CallData)]
	return saw
}

// withError says how it went wrong to reach a program, or to go on reaching it.
func withError(saw trace.Relay, err error) trace.Relay {
	if errors.Is(err, errRefused) {
		saw.What = trace.RelayRefused
		return saw
	}
	saw.What, saw.Error = trace.RelayFailed, err.Error()
	return saw
}

// stir wakes those who wait for links to change. The caller holds mu.
func (r *relays) stir() {
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// heardAll returns when the relays have taken what came to them before, and
// have seen the end of every connection from the side of h; or with ctx's error.
func (r *relays) heardAll(ctx context.Context, h trace.Host) error {
	r.mu.Lock()
	all := slices.Collect(maps.Values(r.byAddr))
	r.mu.Unlock()
	for _, one := range all {
		if err := one.mark(ctx); err != nil {
			return err
		}
	}
	for {
		r.mu.Lock()
		waits := false
		for l := range r.links {
			waits = waits || !l.ended[h]
		}
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		changed := r.changed
		r.mu.Unlock()
		if !waits {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-r.ctx.Done():
			return ErrClosed
		}
	}
}

// mark sends markers, which queue behind all that has come to the relay, and
// returns when the relay has come to them.
func (r *relay) mark(ctx context.Context) (err error) {
	const tries = 10 // a port may be that of a connection in TIME-WAIT
	for range tries {
		var from netip.AddrPort
		if from, err = r.take(); err != nil {
			return err
		}
		var sent bool
		sent, err = r.markFrom(ctx, from)
		takenPorts.give(from.Port())
		if sent || ctx.Err() != nil {
			break
		}
	}
	return err
}

// markFrom is mark from an address known beforehand, by which the relay knows
// the markers. sent is false if they can't be sent from there.
func (r *relay) markFrom(ctx context.Context, from netip.AddrPort) (sent bool, err error) {
	come := make(chan struct{}, 2) // by TCP and by UDP
	r.mu.Lock()
	r.ours[from] = come
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.ours, from)
		r.mu.Unlock()
	}()

	u, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(from), net.UDPAddrFromAddrPort(r.via))
	if err != nil {
		return false, err
	}
	defer u.Close()
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(from)}
	c, err := d.DialContext(ctx, "tcp", r.via.String())
	if err != nil {
		return false, err
	}
	defer c.Close()
	_ = c.(*net.TCPConn).SetLinger(0) // leave no TIME-WAIT behind
	if _, err := u.Write(nil); err != nil {
		return false, err
	}
	for range cap(come) {
		select {
		case <-come:
		case <-ctx.Done():
			return true, ctx.Err()
		case <-r.ctx.Done():
			return true, ErrClosed
		}
	}
	return true, nil
}

// isMarker reports whether what came from there is a marker, and says that it
// has come.
func (r *relays) isMarker(from netip.AddrPort) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	come, ok := r.ours[from]
	if ok {
		come <- struct{}{}
	}
	return ok
}

// stopped tells of an error that ends a loop of the relay's, if the lab's end
// isn't it.
func (r *relay) stopped(network string, err error) {
	if !errors.Is(err, net.ErrClosed) {
		r.tell(r.host.Peer(), withError(trace.Relay{Network: network, Via: r.via, Server: r.target}, err))
	}
}
