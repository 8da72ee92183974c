package lab

import (
	"errors"
	"net"
	"net/netip"

	"github.com/learnnet/learnnet/internal/trace"
)

const (
	// mostPeers bounds the sockets that a relay keeps: the one that came first
	// is closed for one more.
	mostPeers = 128
	// mostDatagram holds every datagram (RFC 768: a length of 16 bits).
	mostDatagram = 1<<16 - 1
)

// A peer is a socket that sent datagrams to the relay, which has a socket of
// its own for it, so that the answers come to the right one.
type peer struct {
	*relay
	saw  trace.Relay // what is the same in all its events
	from netip.AddrPort
	up   *net.UDPConn
}

// receive passes datagrams on until the relay is closed.
func (r *relay) receive() {
	peers := make(map[netip.AddrPort]*peer)
	var order []*peer
	defer func() {
		for _, p := range order {
			_ = p.up.Close()
		}
	}()
	buf := make([]byte, mostDatagram)
	for {
		n, from, err := r.udp.ReadFromUDPAddrPort(buf)
		if err != nil {
			r.stopped("udp", err)
			return
		}
		if r.isMarker(from) {
			continue
		}
		p := peers[from]
		if p == nil {
			if p = r.peer(from); p == nil {
				continue
			}
			peers[from] = p
			if order = append(order, p); len(order) > mostPeers {
				_ = order[0].up.Close()
				delete(peers, order[0].from)
				order = order[1:]
			}
			r.running.Go(p.answers)
		}
		p.ask(buf[:n])
	}
}

// peer makes a socket for one who sent a first datagram, or tells why it can't.
func (r *relay) peer(from netip.AddrPort) *peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &peer{relay: r, saw: r.sees("udp", from), from: from}
	var err error
	if p.up, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(r.target)); err != nil {
		r.add(r.host.Peer(), withError(p.saw, err))
		return nil
	}
	return p
}

// ask passes a datagram on to the program.
func (p *peer) ask(data []byte) {
	p.tell(p.host.Peer(), withData(p.saw, data))
	_, err := p.up.Write(data)
	if errors.Is(err, errRefused) { // about a datagram before, as ICMP said meanwhile
		p.tell(p.host, withError(p.saw, err))
		_, err = p.up.Write(data)
	}
	if err != nil {
		p.tell(p.host, withError(p.saw, err))
	}
}

// answers passes back what the program sends, until the socket is closed.
func (p *peer) answers() {
	buf := make([]byte, mostDatagram)
	for {
		n, err := p.up.Read(buf)
		switch {
		case err == nil:
			p.tell(p.host, withData(p.saw, buf[:n]))
			// A datagram that can't be delivered is lost, as any may be.
			_, _ = p.udp.WriteToUDPAddrPort(buf[:n], p.from)
		case errors.Is(err, errRefused):
			p.tell(p.host, withError(p.saw, err))
		default:
			if !errors.Is(err, net.ErrClosed) {
				p.tell(p.host, withError(p.saw, err))
			}
			return
		}
	}
}
