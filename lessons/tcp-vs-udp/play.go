package tcpvsudp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
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
	tcpLong
	udpLong
)

var messages = []string{"one", "two", "three", "four", "five"}

// burst is how many bytes the last two acts send: 30 segments.
const burst = 30 * piece

// roundTrip is how long the wire makes an answer wait in the last two acts: far
// longer than a host takes for all that it sends at once.
const roundTrip = 100 * time.Millisecond

// A scene is the demo while it plays one act.
type scene struct {
	*demo.Stage
	ctx            context.Context
	network        string // that of this act
	address, reach string // of the server, for itself and for the client
	lost, held     string // messages that the wire loses, or delivers behind the next one
	begin          int    // of the act, in the timeline
	server, client *lab.Process
}

func play(ctx context.Context, stage *demo.Stage) error {
	s := scene{Stage: stage, ctx: ctx}
	var err1, err2 error
	s.address, err1 = stage.Address(trace.Server, port)
	s.reach, err2 = stage.Reach(trace.Server, port)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if err := s.act("tcp", "TCP over a perfect wire", s.talk(s.readLater)); err != nil {
		return err
	}
	if err := s.act("udp", "UDP over a perfect wire", s.talk(s.readLater)); err != nil {
		return err
	}
	if stage.Lab.Isolation() != lab.TwoHosts {
		stage.Say(trace.Client, "leaves out four acts: the loopback has no wire that could lose or delay")
		return nil
	}
	stage.SetPlan(lose("two", "three"))
	s.lost = "two"
	if err := s.act("tcp", "TCP over a wire that loses", s.talk(s.readAtOnce)); err != nil {
		return err
	}
	stage.SetPlan(loseAndSwap("two", "four"))
	s.held = "four"
	if err := s.act("udp", "UDP over a wire that loses and reorders", s.talk(s.readAtOnce)); err != nil {
		return err
	}
	stage.SetPlan(delayAnswers)
	if err := s.act("tcp", "many bytes by TCP over a long wire", s.pour); err != nil {
		return err
	}
	return s.act("udp", "many bytes by UDP over a long wire", s.pour)
}

func (s *scene) act(network, title string, perform func() error) error {
	s.network, s.begin = network, s.Lab.Timeline().Len()
	s.Act(title)
	if err := perform(); err != nil {
		return err
	}
	return s.end()
}

// talk returns an act in which learnnet types the messages.
func (s *scene) talk(perform func() error) func() error {
	return func() (err error) {
		if s.server, err = s.StartServer(s.ctx, "server", s.network+"-server", s.address); err != nil {
			return err
		}
		if s.client, err = s.StartAs(s.ctx, trace.Client, "client", s.network+"-client", s.reach); err != nil {
			return err
		}
		return perform()
	}
}

// pour has the client send many bytes at once. Nobody follows the calls: each of
// them would take longer than a segment.
func (s *scene) pour() (err error) {
	length := strconv.Itoa(burst)
	if s.server, err = s.StartUnfollowed(s.ctx, trace.Server, s.network+"-sink", s.address, length); err != nil {
		return err
	}
	if err := s.prints(s.server, "ready"); err != nil {
		return err
	}
	s.client, err = s.StartUnfollowed(s.ctx, trace.Client, s.network+"-source", s.reach, length)
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
func (s *scene) end() error {
	exit, err := s.client.Wait(s.ctx)
	if err != nil {
		return err
	}
	if !exit.OK() {
		s.server.Kill()
		return nil
	}
	if _, err := s.server.Wait(s.ctx); err != nil || s.network == "udp" {
		return err
	}
	return s.Settle(s.ctx, s.address)
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

// delayAnswers makes what the server says take a while.
func delayAnswers(f lab.WireFrame) lab.Fault {
	if f.From != trace.Server || f.N == 0 {
		return lab.Fault{}
	}
	return lab.Fault{Delay: roundTrip}
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
