package check

import (
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
)

// LimitBuffers has the kernel keep about n bytes, and not megabytes, for the
// checker's end of a TCP connection in either direction, so that a peer soon
// notices that the checker doesn't read.
func (c *Conn) LimitBuffers(n int) {
	if tcp, ok := c.conn.(*net.TCPConn); ok {
		// They can't fail on an open socket, and all they do is to make a
		// check sharper.
		_ = tcp.SetReadBuffer(n)
		_ = tcp.SetWriteBuffer(n)
	}
}

// A Sending is text on its way to the program while the step does other things.
type Sending struct {
	conn *Conn
	text string
	sent atomic.Int64
	done chan struct{} // closed when all is sent, or when the connection has failed
}

// SendMeanwhile begins to send text and returns at once: the step can read
// from the program, or talk to it on other connections, while it takes the
// text. Nothing else may be sent on c before Finish.
func (c *Conn) SendMeanwhile(text string) *Sending {
	return c.sendMeanwhile(text, func() {})
}

// SendAllMeanwhile is SendMeanwhile for all that is ever sent on c: its direction
// is closed right behind the last byte, whatever was read by then.
func (c *Conn) SendAllMeanwhile(text string) *Sending {
	s := c.sendMeanwhile(text, c.CloseWrite)
	c.t.cleanup(func() { // nothing of it is told when the step is over
		_ = lab.CloseForGood(c.conn)
		<-s.done
	})
	return s
}

func (c *Conn) sendMeanwhile(text string, then func()) *Sending {
	c.act("begins to send", []byte(text))
	s := &Sending{conn: c, text: text, done: make(chan struct{})}
	_ = c.conn.SetWriteDeadline(time.Time{}) // closing the connection ends the writing
	go func() {
		defer close(s.done)
		const piece = 4 << 10
		for rest := []byte(text); len(rest) > 0; {
			n, err := c.conn.Write(rest[:min(piece, len(rest))])
			s.sent.Add(int64(n))
			if err != nil {
				return // what the step reads tells why
			}
			rest = rest[n:]
		}
		then()
	}()
	return s
}

// AwaitFull waits until all is sent or the buffers on the way are full: until
// nothing more of the text has fitted for a tenth of a second. That is no
// proof; a step may do more or less with it, but not judge by it.
func (s *Sending) AwaitFull() {
	const still = 5 // ticks
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for before, quiet := int64(-1), 0; quiet < still; {
		select {
		case <-s.done:
			return
		case <-tick.C:
		case <-s.conn.t.ctx.Done():
			s.conn.t.brokenIf(nil)
		}
		quiet++
		if now := s.sent.Load(); now != before {
			before, quiet = now, 0
		}
	}
	s.conn.act(fmt.Sprintf("can't send more for now: %d of %d bytes fitted", s.sent.Load(), len(s.text)), nil)
}

// Finish waits until all is sent. As with Send, a program that has closed the
// connection makes a later expectation fail, but not Finish.
func (s *Sending) Finish() {
	p := s.conn.p
	ctx, cancel := p.wait()
	defer cancel()
	select {
	case <-s.done:
	case <-ctx.Done():
		s.conn.failUntaken(int(s.sent.Load()), len(s.text))
	}
}

// failUntaken fails the step because the program doesn't read what it is sent.
func (c *Conn) failUntaken(fitted, all int) {
	c.t.brokenIf(nil)
	c.p.failFor(TimedOut{Role: c.p.Role, What: fmt.Sprintf("read what it was sent (%d of %d bytes fitted into the buffers)", fitted, all),
		Doing: c.p.Doing()}, "it had read what it was sent")
}

// Feed gives the program all of text on its standard input, and then the end
// of it, while the step goes on. A program that doesn't read it, or has ended,
// makes other expectations fail, but not Feed.
func (p *Process) Feed(text string) {
	go func() {
		// It fails when the program ends, or is killed with the step.
		if p.proc.Input([]byte(text)) == nil {
			p.CloseInput()
		}
	}()
}
