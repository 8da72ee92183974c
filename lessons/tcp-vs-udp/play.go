package tcpvsudp

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

const port = 7007

// The acts.
const (
	tcpPerfect = 1 + iota
	udpPerfect
	tcpBad
	udpBad
)

var messages = []string{"one", "two", "three", "four", "five"}

// A scene is the demo while it plays one act.
type scene struct {
	*demo.Stage
	ctx            context.Context
	address        string
	lost, held     string // messages that the wire loses, or delivers behind the next one
	begin          int    // of the act, in the timeline
	server, client *lab.Process
}

func play(ctx context.Context, stage *demo.Stage) error {
	address, err := stage.Address(trace.Server, port)
	if err != nil {
		return err
	}
	act := func(title, network string, s scene, perform func(*scene) error) error {
		s.Stage, s.ctx, s.address, s.begin = stage, ctx, address, stage.Lab.Timeline().Len()
		stage.Act(title)
		if err := s.raise(network); err != nil {
			return err
		}
		if err := perform(&s); err != nil {
			return err
		}
		return s.end(network)
	}
	if err := act("TCP over a perfect wire", "tcp", scene{}, (*scene).readLater); err != nil {
		return err
	}
	if err := act("UDP over a perfect wire", "udp", scene{}, (*scene).readLater); err != nil {
		return err
	}
	if stage.Lab.Isolation() != lab.TwoHosts {
		stage.Say(trace.Client, "leaves out two acts: the loopback has no wire that could lose anything")
		return nil
	}
	stage.SetPlan(lose("two", "three"))
	if err := act("TCP over a wire that loses", "tcp", scene{lost: "two"}, (*scene).readAtOnce); err != nil {
		return err
	}
	stage.SetPlan(loseAndSwap("two", "four"))
	return act("UDP over a wire that loses and reorders", "udp", scene{lost: "two", held: "four"}, (*scene).readAtOnce)
}

// raise starts the server, and the client when the server is ready.
func (s *scene) raise(network string) (err error) {
	if s.server, err = s.StartAs(s.ctx, trace.Server, "server", network+"-server", s.address); err != nil {
		return err
	}
	if err := s.prints(s.server, "ready"); err != nil {
		return err
	}
	s.client, err = s.StartAs(s.ctx, trace.Client, "client", network+"-client", s.address)
	return err
}

// readLater has the server read when everything is there.
func (s *scene) readLater() error {
	for _, m := range messages {
		if err := s.types(m); err != nil {
			return err
		}
		if err := s.crosses(m); err != nil {
			return err
		}
	}
	if err := s.finish(); err != nil {
		return err
	}
	return s.server.Input([]byte("\n"))
}

// readAtOnce has the server read what comes as it comes.
func (s *scene) readAtOnce() error {
	if err := s.server.Input([]byte("\n")); err != nil {
		return err
	}
	for _, m := range messages {
		if err := s.types(m); err != nil {
			return err
		}
		var err error
		switch m {
		case s.lost:
			err = s.crosses(m)
		case s.held: // until the next one crosses
		default:
			err = s.prints(s.server, m)
		}
		if err != nil {
			return err
		}
	}
	if err := s.prints(s.server, s.held); err != nil {
		return err
	}
	return s.finish()
}

// types gives the client a line.
func (s *scene) types(message string) error { return s.client.Input([]byte(message + "\n")) }

// finish ends the client's input, and returns when the server's host has all
// that the client sent.
func (s *scene) finish() error {
	if err := s.client.CloseInput(); err != nil {
		return err
	}
	if err := s.prints(s.client, "sent 5"); err != nil {
		return err
	}
	return s.crosses("")
}

// prints waits until a program has printed text. A program that ends before
// it does makes that an error.
func (s *scene) prints(p *lab.Process, text string) error {
	if p.Stdout().Until(s.ctx, func(b []byte) bool { return bytes.Contains(b, []byte(text)) }) {
		return nil
	}
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return fmt.Errorf("the %s ended without having printed %q: %s", p.Name, text, bytes.TrimSpace(p.Stderr().Bytes()))
}

// crosses waits until the wire has got hold of a message of the client's; the
// empty one is the end of its messages, a FIN or an empty datagram. On the
// loopback there is nothing to wait for.
func (s *scene) crosses(message string) error {
	return s.frame(func(e trace.Event, p trace.Packet) bool {
		if e.Host != trace.Client {
			return false
		}
		if message == "" {
			return strings.Contains(p.Flags, "FIN") || p.Protocol == "UDP" && p.Length == 0
		}
		return strings.Contains(string(p.Payload), message)
	})
}

// frame waits for a frame of this act.
func (s *scene) frame(is func(trace.Event, trace.Packet) bool) error {
	if s.Lab.Isolation() != lab.TwoHosts {
		return nil
	}
	var d trace.Decoder
	for e := range s.Lab.Timeline().Follow(s.ctx) {
		if p, ok := d.Decode(e); ok && e.Seq >= s.begin && is(e, p) {
			return nil
		}
	}
	return context.Cause(s.ctx)
}

// end waits for both programs to end, and for the last frame between their
// kernels. A wire that is told to lose more than this script does may have left
// the server without its end.
func (s *scene) end(network string) error {
	exit, err := s.client.Wait(s.ctx)
	if err != nil {
		return err
	}
	if !exit.OK() {
		s.server.Kill()
		return nil
	}
	if _, err := s.server.Wait(s.ctx); err != nil {
		return err
	}
	if network == "udp" {
		return nil
	}
	// Kernels go on talking when their programs have ended: until the server's
	// FIN is acknowledged. A wire that loses frames may keep them at it for
	// long, and the story is told before.
	ctx, cancel := context.WithTimeout(s.ctx, 2*time.Second)
	defer cancel()
	last := *s
	last.ctx = ctx
	var fin uint32 // the server's FIN, by its number; 0 before it
	_ = last.frame(func(e trace.Event, p trace.Packet) bool {
		if e.Host == trace.Server && strings.Contains(p.Flags, "FIN") {
			fin = p.Seq + uint32(p.Length)
		}
		return e.Host == trace.Client && fin > 0 && p.Ack > fin && e.Frame.Fate != trace.Dropped
	})
	return s.ctx.Err()
}

// lose drops the first segment that carries a message. Should the client's
// kernel send it again before the next message is through, because the machine
// was held up, that is lost too; but not for ever, since a kernel that keeps
// losing sends nothing new.
func lose(message, next string) lab.Plan {
	const most = 2
	losses, overtaken := 0, false
	return func(f lab.WireFrame) lab.Fault {
		text := payload(f)
		overtaken = overtaken || strings.Contains(text, next)
		if !strings.Contains(text, message) || overtaken || losses == most {
			return lab.Fault{}
		}
		losses++
		return lab.Fault{Drop: true}
	}
}

// loseAndSwap drops a datagram, and delivers another behind the one that comes
// next.
func loseAndSwap(lost, held string) lab.Plan {
	return func(f lab.WireFrame) lab.Fault {
		switch payload(f) {
		case lost:
			return lab.Fault{Drop: true}
		case held:
			return lab.Fault{Swap: true, Delay: time.Minute} // or after a minute if nothing comes
		}
		return lab.Fault{}
	}
}

// payload returns what a frame of the client's carries.
func payload(f lab.WireFrame) string {
	if f.From != trace.Client {
		return ""
	}
	var d trace.Decoder
	p, _ := d.Decode(trace.Event{Frame: &trace.Frame{Bytes: f.Bytes, Length: len(f.Bytes)}})
	return string(p.Payload)
}
