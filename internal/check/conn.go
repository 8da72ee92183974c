package check

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Conn is the checker's end of a connection with a learner's program, or,
// over UDP, its socket connected to the program's.
type Conn struct {
	t    *T
	p    *Process
	conn net.Conn
	host trace.Host // the checker's
	name string
	got  []byte // everything received so far
	read int    // how much of got was expected already
	end  error  // io.EOF or what else ended the reading

	looks bool // the program doesn't read, or only looks at what came
}

func newConn(t *T, p *Process, c net.Conn, host trace.Host, name string) *Conn {
	t.cleanup(func() { _ = lab.CloseForGood(c) })
	if tcp, ok := c.(*net.TCPConn); ok {
		// Each Send leaves at once, in a segment of its own. It can't fail on an open socket.
		_ = tcp.SetNoDelay(true)
	}
	return &Conn{t: t, p: p, conn: c, host: host, name: name}
}

func (c *Conn) act(text string, data []byte) { c.t.act(c.host, c.name, text, data) }

// isReset reports whether a connection ended with RST; on Windows that has a
// number of its own (WSAECONNRESET).
func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.Errno(10054))
}

// isRefused reports whether nobody listens there; on Windows that has a number
// of its own (WSAECONNREFUSED).
func isRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.Errno(10061))
}

// LocalAddr returns the checker's own address on this connection.
func (c *Conn) LocalAddr() string { return c.conn.LocalAddr().String() }

// Send sends text: over TCP in as few segments as fit, over UDP as one datagram.
// A program that has closed the connection may make a later expectation fail,
// but not Send.
func (c *Conn) Send(text string) {
	c.act("sends", []byte(text))
	ctx, cancel := c.p.wait()
	defer cancel()
	release := until(ctx, c.conn.SetWriteDeadline)
	n, err := io.WriteString(c.conn, text)
	release()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.failUntaken(n, len(text))
	}
	c.t.brokenIf(nil)
}

// SendPieces sends each piece in a segment of its own, and each only when the
// program has read what came before, so that no two can arrive in one read.
func (c *Conn) SendPieces(pieces ...string) {
	for i, piece := range pieces {
		if i > 0 {
			c.AwaitRead()
		}
		c.Send(piece)
	}
}

// readCap is longer than programs sleep before they read, if they do. One that
// only looks at what has come (MSG_PEEK) leaves it unread for as long.
const readCap = 5 * time.Second

// AwaitRead waits until the program has read all that was sent to it, as the
// kernels know. A program that has once not read for readCap is not waited for
// again on this connection.
func (c *Conn) AwaitRead() {
	if c.looks {
		return
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	limit := time.After(readCap)
	for {
		if n, ok := c.unread(); !ok || n == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			c.looks = true
			return
		case <-c.t.ctx.Done():
			c.t.brokenIf(nil)
		}
	}
}

// How often in a row, and how far apart, a program is seen at rest before it
// counts as settled, and how long that may take.
const (
	settledSamples = 3
	settledPause   = 10 * time.Millisecond
	settledCap     = 2 * time.Second
)

// Settle waits until what was sent has arrived and the program has come to
// rest: all of it sleeps, nothing is on its way between the hosts, and nothing
// happens any more. It is for steps in which
// the program may do something wrong that nothing tells of. Where a program
// can't be seen at work, Settle returns at once, and no verdict may depend on
// it alone.
func (c *Conn) Settle() {
	tick := time.NewTicker(settledPause)
	defer tick.Stop()
	limit := time.After(settledCap)
	events := -1
	for seen := 0; seen < settledSamples; {
		d := c.p.proc.Doing()
		if !d.Known {
			return
		}
		rest, known := c.t.lab.AtRest()
		if now := c.t.lab.Timeline().Len(); !d.Blocked || now != events || c.underWay() || known && !rest {
			events, seen = now, 0
		} else {
			seen++
		}
		select {
		case <-tick.C:
		case <-limit:
			return
		case <-c.t.ctx.Done():
			c.t.brokenIf(nil)
		}
	}
}

// underWay reports whether the program's host has not acknowledged everything
// that was sent.
func (c *Conn) underWay() bool {
	ours, ok := socketOf(c.t.lab.Host(c.host), c.conn.LocalAddr(), c.conn.RemoteAddr())
	return ok && ours.SendQ > 0
}

// unread returns how many bytes lie in the kernels, sent by the checker and not
// read by the program: in its receive queue or on the way there. It is false
// when the program's socket is gone, or this system can't tell. The sender's
// kernel is asked first: what is not on its way any more has arrived.
func (c *Conn) unread() (int, bool) {
	ours, _ := socketOf(c.t.lab.Host(c.host), c.conn.LocalAddr(), c.conn.RemoteAddr())
	theirs, ok := socketOf(c.p.host, c.conn.RemoteAddr(), c.conn.LocalAddr())
	if !ok {
		return 0, false
	}
	return int(ours.SendQ + theirs.RecvQ), true
}

// socketOf returns the TCP socket with these ends that a host's kernel knows.
func socketOf(h *lab.Host, local, remote net.Addr) (trace.Socket, bool) {
	all, err := h.Sockets()
	if err != nil {
		return trace.Socket{}, false
	}
	for _, s := range all {
		if s.Network == "tcp" && s.Local.String() == local.String() && s.Remote.String() == remote.String() {
			return s, true
		}
	}
	return trace.Socket{}, false
}

// SendAlong sends text as fast as the program takes it and returns at once, so
// that what comes back meanwhile can be read: two sides that both only write
// wait for each other for ever. Expect something that follows from all of text
// before the next use of the connection for sending.
func (c *Conn) SendAlong(text string) {
	c.act("sends", []byte(text))
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(c.conn, text) // a later expectation tells of what failed
	}()
	c.t.cleanup(func() {
		_ = lab.CloseForGood(c.conn) // which ends the writing
		<-sent
	})
}

// CloseWrite tells the program that no more will be sent (over TCP: FIN).
func (c *Conn) CloseWrite() {
	if stream, ok := c.conn.(interface{ CloseWrite() error }); ok {
		c.act("closes its direction", nil)
		_ = stream.CloseWrite() // fails if the program reset the connection; reading will tell
	}
}

// Close closes the connection.
func (c *Conn) Close() {
	c.act("closes the connection", nil)
	_ = lab.CloseForGood(c.conn)
}

// Abort closes the connection with RST, as a crashed machine's kernel would.
func (c *Conn) Abort() {
	c.act("resets the connection", nil)
	if tcp, ok := c.conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = lab.CloseForGood(c.conn)
}

// A buffer takes whatever a read can return, the largest datagram too. Few of
// them serve a step that reads from a hundred connections.
type buffer [64 << 10]byte

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// fill reads until have is satisfied, the connection ends, or the wait is over.
func (c *Conn) fill(have func(got []byte) bool) {
	ctx, cancel := c.p.wait(c.conn)
	defer cancel()
	defer until(ctx, c.conn.SetReadDeadline)()
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	for c.end == nil && !have(c.got[c.read:]) {
		n, err := c.conn.Read(buf[:])
		if n > 0 {
			c.act("receives", bytes.Clone(buf[:n]))
			c.got = append(c.got, buf[:n]...)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		if err != nil {
			c.end = err
			if errors.Is(err, io.EOF) {
				c.act("sees the end of the connection", nil)
			}
		}
	}
}

// Expect waits for exactly the bytes of want to come next. More may follow.
func (c *Conn) Expect(want string) {
	c.fill(func(got []byte) bool { return len(got) >= len(want) || !bytes.HasPrefix([]byte(want), got) })
	got := c.got[c.read:]
	if bytes.HasPrefix(got, []byte(want)) {
		c.read += len(want)
		c.t.Prove()
		return
	}
	c.failExpect([]byte(want), got)
}

// ExpectAll waits for the bytes of want, and then for the program to close the
// connection without another byte.
func (c *Conn) ExpectAll(want string) {
	c.Expect(want)
	c.ExpectEnd()
}

// failExpect finds out why got is not want.
func (c *Conn) failExpect(want, got []byte) {
	c.t.brokenIf(nil)
	role, owed := c.p.Role, "it had sent "+quote(want)
	closed := errors.Is(c.end, io.EOF)
	switch {
	case isReset(c.end) || errors.Is(c.end, syscall.EPIPE):
		c.failReset(owed)
	case !bytes.HasPrefix(want, got):
		c.p.t.Fail(SentSomethingElse{Role: role, Want: want, Got: got})
	case len(got) == 0 && closed:
		c.p.failFor(ClosedEarly{Role: role, Want: quote(want)}, owed)
	case len(got) == 0:
		c.p.failFor(SentNothing{Role: role, Want: quote(want), Doing: c.p.Doing()}, owed)
	default:
		c.p.failFor(SentTooLittle{Role: role, Want: want, Got: got, Closed: closed, Doing: c.doingUnless(closed)}, owed)
	}
}

func (c *Conn) doingUnless(closed bool) string {
	if closed {
		return ""
	}
	return c.p.Doing()
}

// ExpectEnd waits for the program to close the connection, in order and
// without another byte.
func (c *Conn) ExpectEnd() {
	c.fill(func(got []byte) bool { return len(got) > 0 })
	c.t.brokenIf(nil)
	role := c.p.Role
	rest := c.got[c.read:]
	switch {
	case len(rest) > 0:
		c.t.Fail(SentTooMuch{Role: role, Want: c.got[:c.read], Got: c.got})
	case errors.Is(c.end, io.EOF):
		c.t.Prove()
	case isReset(c.end):
		c.failReset("it had closed the connection")
	case c.end != nil:
		c.t.Break(c.end)
	default:
		c.p.failFor(NeverClosed{Role: role, Doing: c.p.Doing()}, "it had closed the connection")
	}
}

// ReadAll waits for the program to close the connection and returns all it
// sent that was not expected before.
func (c *Conn) ReadAll(limit int) string {
	c.fill(func(got []byte) bool { return len(got) > limit })
	c.t.brokenIf(nil)
	switch {
	case errors.Is(c.end, io.EOF):
		c.t.Prove()
	case isReset(c.end):
		c.failReset("it had closed the connection")
	default:
		c.p.failFor(NeverClosed{Role: c.p.Role, Doing: c.p.Doing()}, "it had closed the connection")
	}
	rest := c.got[c.read:]
	c.read = len(c.got)
	return string(rest)
}

// ReadDatagram waits for one datagram from the program. want says in words
// what is expected.
func (c *Conn) ReadDatagram(want string) string {
	b, err := c.readDatagram()
	if err == nil {
		c.t.Prove()
		return string(b)
	}
	c.t.brokenIf(nil)
	if isRefused(err) {
		c.p.failEndedOr(Refused{Role: c.p.Role, Address: c.p.Address, Doing: c.p.Doing()}, "it had sent "+want)
	}
	c.p.failEndedOr(SentNothing{Role: c.p.Role, Want: want, Doing: c.p.Doing()}, "it had sent "+want)
	return ""
}

func (c *Conn) readDatagram() ([]byte, error) {
	ctx, cancel := c.p.wait(c.conn)
	defer cancel()
	defer until(ctx, c.conn.SetReadDeadline)()
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	n, err := c.conn.Read(buf[:])
	if err != nil {
		return nil, err
	}
	got := bytes.Clone(buf[:n])
	c.act("receives", got)
	return got, nil
}

// failReset fails the step because the connection was reset. After that the
// program's socket is often gone, and what it left unread is not known.
func (c *Conn) failReset(owed string) {
	unread, _ := c.unread()
	c.p.failFor(Reset{Role: c.p.Role, Unread: unread}, owed)
}
