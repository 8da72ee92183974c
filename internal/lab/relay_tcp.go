package lab

import (
	"errors"
	"io"
	"net"
	"net/netip"

	"github.com/learnnet/learnnet/internal/trace"
)

// A link is a connection to the relay and the one from it to the program that
// is to be reached, which pass for one.
type link struct {
	*relay
	saw    trace.Relay // what is the same in all its events
	caller *net.TCPConn
	callee *net.TCPConn // nil until it stands; under mu

	ended map[trace.Host]bool // sides that send no more; under mu
	over  bool                // under mu
}

// accept takes connections until the relay is closed.
func (r *relay) accept() {
	for {
		c, err := r.tcp.AcceptTCP()
		if err != nil {
			_ = r.tcp.Close() // whoever comes now is refused, and not left waiting
			r.stopped("tcp", err)
			return
		}
		from := c.RemoteAddr().(*net.TCPAddr).AddrPort()
		if r.isMarker(from) {
			_ = c.Close()
			continue
		}
		if l := r.link(c, from); l != nil {
			r.running.Go(l.carry)
		}
	}
}

// link makes a link of a connection, or returns nil if the relay is closed.
func (r *relay) link(c *net.TCPConn, from netip.AddrPort) *link {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = c.Close()
		return nil
	}
	l := &link{relay: r, saw: r.sees("tcp", from), caller: c, ended: make(map[trace.Host]bool)}
	r.links[l] = struct{}{}
	saw := l.saw
	saw.What = trace.RelayConnected
	r.add(r.host.Peer(), saw)
	return l
}

// carry makes the connection to the program and passes on until both sides
// have ended, or one of them gives up.
func (l *link) carry() {
	var d net.Dialer
	c, err := d.DialContext(l.ctx, "tcp", l.target.String())
	l.mu.Lock()
	switch {
	case err != nil:
		if l.ctx.Err() == nil {
			l.add(l.host, withError(l.saw, err))
		}
		l.abort()
	case l.over || l.closed:
		_ = c.Close()
		err = ErrClosed
	default:
		l.callee = c.(*net.TCPConn)
	}
	l.mu.Unlock()
	if err != nil {
		return
	}
	l.running.Go(func() { l.pass(l.caller, l.callee, l.host.Peer()) })
	l.pass(l.callee, l.caller, l.host)
}

// pass passes on what side sends. What the receiver has no room for waits in
// the kernel, and in the end with the sender, as it does without a relay.
func (l *link) pass(from, to *net.TCPConn, side trace.Host) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			l.tell(side, withData(l.saw, buf[:n]))
			if _, failed := to.Write(buf[:n]); failed != nil {
				l.reset(side.Peer())
				return
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			l.end(to, side)
			return
		case err != nil:
			l.reset(side)
			return
		}
	}
}

// end passes on that side sends no more.
func (l *link) end(to *net.TCPConn, side trace.Host) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	saw := l.saw
	saw.What = trace.RelayEnded
	l.add(side, saw)
	l.ended[side] = true
	l.stir()
	switch failed := to.CloseWrite(); {
	case l.ended[side.Peer()]:
		l.hangUp()
	case failed != nil: // the other side is gone already
		l.giveUp(side.Peer())
	}
}

// reset passes on that side gave the connection up, if it is not us who
// closed it.
func (l *link) reset(side trace.Host) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.giveUp(side)
	}
}

// giveUp, abort and hangUp end a link; their caller holds mu.
func (l *link) giveUp(side trace.Host) {
	saw := l.saw
	saw.What = trace.RelayReset
	l.add(side, saw)
	l.abort()
}

// abort ends a link with a reset for who is still there (RFC 9293 §3.10.5).
func (l *link) abort() {
	_ = l.caller.SetLinger(0)
	if l.callee != nil {
		_ = l.callee.SetLinger(0)
	}
	l.hangUp()
}

func (l *link) hangUp() {
	l.over = true
	_ = l.caller.Close()
	if l.callee != nil {
		_ = l.callee.Close()
	}
	delete(l.links, l)
	l.stir()
}
