package check

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/learnnet/learnnet/internal/lab"
)

// A Listener is the checker in the server's place.
type Listener struct {
	t       *T
	Address string // to give to a client
	tcp     *net.TCPListener
}

// Listen makes the checker a TCP server at a fresh address of the server's host.
func (t *T) Listen() *Listener {
	host := t.lab.Server()
	addr := t.freshAddr(host)
	l, err := host.Listen(t.ctx, "tcp", addr.String())
	if err != nil {
		t.Break(err)
	}
	t.cleanup(func() { _ = lab.CloseForGood(l) })
	t.Act(host.Name(), fmt.Sprintf("listens on %s", addr), nil)
	return &Listener{t: t, Address: addr.String(), tcp: l.(*net.TCPListener)}
}

// Close stops listening.
func (l *Listener) Close() { _ = lab.CloseForGood(l.tcp) }

// Accept waits for p to connect.
func (l *Listener) Accept(p *Process) *Conn {
	ctx, cancel := p.wait(l.tcp)
	defer cancel()
	release := until(ctx, l.tcp.SetDeadline)
	c, err := l.tcp.Accept()
	release()
	if err != nil {
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			l.t.Break(err)
		}
		p.failEndedOr(NeverConnected{Role: p.Role, Address: l.Address, Doing: p.Doing()}, "it connected to "+l.Address)
	}
	p.lives()
	conn := newConn(l.t, p, c, l.t.lab.Server().Name(), "checker")
	conn.act(fmt.Sprintf("accepts a connection from %s", c.RemoteAddr()), nil)
	l.t.Prove()
	return conn
}

// A Responder is the checker in a UDP server's place.
type Responder struct {
	t       *T
	Address string
	sock    net.PacketConn
}

// ListenUDP makes the checker a UDP server at a fresh address of the server's host.
func (t *T) ListenUDP() *Responder {
	host := t.lab.Server()
	addr := t.freshAddr(host)
	sock, err := host.ListenPacket(t.ctx, "udp", addr.String())
	if err != nil {
		t.Break(err)
	}
	t.cleanup(func() { _ = lab.CloseForGood(sock) })
	t.Act(host.Name(), fmt.Sprintf("waits for datagrams on %s", addr), nil)
	return &Responder{t: t, Address: addr.String(), sock: sock}
}

// A Datagram is one that the checker received.
type Datagram struct {
	Data string
	From net.Addr
}

// Receive waits for a datagram from p, a program that is to send to Address.
func (r *Responder) Receive(p *Process) Datagram {
	return r.receive(p, NeverConnected{Role: p.Role, Address: r.Address}, "it sent a datagram to "+r.Address)
}

// ReceiveAgain waits for a further datagram from p. what says what p is to do,
// after "did not": "ask again".
func (r *Responder) ReceiveAgain(p *Process, what string) Datagram {
	return r.receive(p, TimedOut{Role: p.Role, What: what}, "it could "+what)
}

func (r *Responder) receive(p *Process, otherwise Cause, owed string) Datagram {
	ctx, cancel := p.wait(r.sock)
	defer cancel()
	defer until(ctx, r.sock.SetReadDeadline)()
	d, err := r.read()
	if err != nil {
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			r.t.Break(err)
		}
		switch c := otherwise.(type) {
		case NeverConnected:
			c.Doing = p.Doing()
			otherwise = c
		case TimedOut:
			c.Doing = p.Doing()
			otherwise = c
		}
		p.failEndedOr(otherwise, owed)
	}
	p.lives()
	r.t.Act(r.t.lab.Server().Name(), fmt.Sprintf("receives from %s", d.From), []byte(d.Data))
	r.t.Prove()
	return d
}

func (r *Responder) read() (Datagram, error) {
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	n, from, err := r.sock.ReadFrom(buf[:])
	return Datagram{Data: string(buf[:n]), From: from}, err
}

// ExpectNoMore expects that p, which has ended, sent no datagram beyond those
// received. It waits for no time: a datagram of the checker's own follows
// p's over the wire, and what p sent must arrive before it.
func (r *Responder) ExpectNoMore(p *Process) {
	last, err := r.t.lab.Client().Dial(r.t.ctx, "udp", r.Address)
	if err != nil {
		r.t.Break(err)
	}
	defer last.Close()
	if _, err := last.Write([]byte("the last one")); err != nil {
		r.t.Break(err)
	}
	ctx, cancel := r.t.wait()
	defer cancel()
	defer until(ctx, r.sock.SetReadDeadline)()
	for {
		d, err := r.read()
		if err != nil {
			r.t.brokenIf(nil)
			r.t.Break(err)
		}
		if d.From.String() == last.LocalAddr().String() {
			r.t.Prove()
			return
		}
		r.t.Fail(SentTooMuch{Role: p.Role, Got: []byte(d.Data)})
	}
}

// Reply sends a datagram to where d came from.
func (r *Responder) Reply(d Datagram, data string) {
	r.t.Act(r.t.lab.Server().Name(), fmt.Sprintf("sends to %s", d.From), []byte(data))
	if _, err := r.sock.WriteTo([]byte(data), d.From); err != nil {
		r.t.brokenIf(nil)
		r.t.Break(err)
	}
}

// Close closes the socket.
func (r *Responder) Close() { _ = lab.CloseForGood(r.sock) }
