// Package udpchat is the lesson on a chat over UDP: one socket, many people and
// no connection.
package udpchat

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml server.go client.go faulty.go server.py client.py faulty.py recording.jsonl
var files embed.FS

//go:embed server.py
var serverPython string

//go:embed client.py
var clientPython string

//go:embed faulty.py
var faultyPython string

// Lesson is the lesson on a chat over UDP.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			demo.InBoth("server", server, serverPython),
			demo.InBoth("client", client, clientPython),
			demo.InBoth("faulty", faulty, faultyPython),
		},
		Play: play,
	},
	Predictions: course.Predictions{
		"frames-of-a-death": framesOfADeath,
		"sent-by-carl":      sentByCarl,
		"bytes-of-a-colour": bytesOfAColour,
	},
}

const port = 9091

// The people of the demo. The faulty client is carl's, and bert's gets killed;
// the predictions look for them by name.
const (
	anna = "anna"
	bert = "bert"
	carl = "carl"
	zoe  = "zoe" // has no colour
)

// attack is a message that would clear the screen and write in red.
const attack = "\x1b[2J\x1b[31mI am anna"

// A scene is the demo while it plays.
type scene struct {
	*demo.Stage
	ctx    context.Context
	reach  string // where people reach the server
	server *lab.Process
	people map[string]*lab.Process
}

func play(ctx context.Context, stage *demo.Stage) error {
	s := scene{Stage: stage, ctx: ctx, people: make(map[string]*lab.Process)}
	for _, part := range []func() error{s.openRoom, s.meet, s.leave, s.stay, s.vanish} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func (s *scene) openRoom() error {
	address, err := s.Address(trace.Server, port)
	if err != nil {
		return err
	}
	s.Act("one socket, three people")
	if s.server, err = s.Start(s.ctx, trace.Server, "server", address); err != nil {
		return err
	}
	if err := s.Lab.Server().WaitListening(s.ctx, "udp", address, s.server); err != nil {
		return fmt.Errorf("wait for the server: %w", err)
	}
	s.reach, err = s.Reach(trace.Server, port)
	return err
}

func (s *scene) meet() error {
	for _, name := range []string{anna, bert, zoe} {
		if err := s.enter(name, "client"); err != nil {
			return err
		}
		if err := s.say(name, "hello"); err != nil {
			return err
		}
	}
	return nil
}

func (s *scene) leave() error {
	s.Act("one leaves, and the others stay")
	if err := s.say(anna, "q"); err != nil {
		return err
	}
	if _, err := s.people[anna].Wait(s.ctx); err != nil {
		return err
	}
	return s.say(bert, "and I stay")
}

func (s *scene) stay() error {
	s.Act("a client that can't leave")
	if err := s.enter(carl, "faulty"); err != nil {
		return err
	}
	if err := errors.Join(s.say(carl, "q"), s.say(carl, "am I still here?")); err != nil {
		return err
	}
	return s.hangUp(carl)
}

func (s *scene) vanish() error {
	s.Act("a client that is killed, and a message that would paint")
	s.people[bert].Kill()
	if err := s.say(zoe, attack); err != nil {
		return err
	}
	s.awaitReturn()
	return s.hangUp(zoe)
}

// hangUp ends somebody's input, and waits for their client to end.
func (s *scene) hangUp(name string) error {
	_ = s.people[name].CloseInput() // fails only if it was closed before
	_, err := s.people[name].Wait(s.ctx)
	return err
}

// awaitReturn waits, if calls are recorded, until the server's last sendto has
// returned: the answer may be read before that.
func (s *scene) awaitReturn() {
	timeline := s.Lab.Timeline()
	if !slices.ContainsFunc(timeline.Events(), func(e trace.Event) bool { return e.Call != nil }) {
		return
	}
	answers := lines(s.server)
	ctx, cancel := context.WithTimeout(s.ctx, 2*time.Second)
	defer cancel()
	for e := range timeline.Follow(ctx) {
		if e.Call != nil && e.Call.Program == s.server.Name && e.Call.Name == "sendto" && e.Call.Return != nil {
			if answers--; answers == 0 {
				return
			}
		}
	}
}

// enter starts a client for the person of that name.
func (s *scene) enter(name, program string) error {
	p, err := s.StartAs(s.ctx, trace.Client, name, program, s.reach, name)
	s.people[name] = p
	return err
}

// say has somebody type a line, and waits until both screens have shown what
// comes of it. On a wire that loses, the server's may show nothing: then the
// client says so. A program that has ended, as a faulty one may, is left alone.
func (s *scene) say(name, line string) error {
	person := s.people[name]
	here, there := lines(person), lines(s.server)
	if err := person.Input([]byte(line + "\n")); err != nil && !ended(person) {
		return err
	}
	if !until(s.ctx, person, here+1) {
		return s.ctx.Err()
	}
	if last := lastLine(person); strings.HasPrefix(last, "received") || last == "bye" {
		until(s.ctx, s.server, there+1)
	}
	return s.ctx.Err()
}

func ended(p *lab.Process) bool {
	select {
	case <-p.Done():
		return true
	default:
		return false
	}
}

// lines counts the lines that a program has printed.
func lines(p *lab.Process) int { return bytes.Count(p.Stdout().Bytes(), []byte("\n")) }

func lastLine(p *lab.Process) string {
	all := strings.Split(strings.TrimSpace(p.Stdout().String()), "\n")
	return strings.TrimSpace(all[len(all)-1])
}

// until waits until a program has printed that many lines.
func until(ctx context.Context, p *lab.Process, count int) bool {
	return p.Stdout().Until(ctx, func(b []byte) bool { return bytes.Count(b, []byte("\n")) >= count })
}

// framesOfADeath counts the frames that cross the wire between the end of
// bert's client, which is killed, and the next line that somebody types.
// Kernels may ask for each other's hardware address at any time: that is left out.
func framesOfADeath(run []trace.Event) (int, error) {
	var d trace.Decoder
	dead, frames, crossed := false, 0, false
	for _, e := range run {
		packet, isFrame := d.Decode(e)
		crossed = crossed || isFrame
		switch {
		case e.Process != nil && e.Process.Program == bert && e.Process.Exit != nil:
			dead = true
		case dead && isFrame && packet.Protocol != "ARP":
			frames++
		case dead && e.Input != nil && !crossed:
			return 0, course.ErrNoWire
		case dead && e.Input != nil:
			return frames, nil
		}
	}
	return 0, errors.New("nobody typed anything after the end of bert's client in this run: it was cut short, play the demo again")
}

// sentByCarl counts the messages that came from carl: the server printed a line
// for each.
func sentByCarl(run []trace.Event) (int, error) {
	n := 0
	for _, line := range strings.Split(trace.Printed(run, "server"), "\n") {
		if strings.Contains(line, carl) {
			n++
		}
	}
	if n == 0 {
		return 0, errors.New("nothing came from carl in this run: it was cut short, play the demo again")
	}
	return n, nil
}

// bytesOfAColour counts the bytes of the first line that the server printed,
// with its line end.
func bytesOfAColour(run []trace.Event) (int, error) {
	line, _, found := strings.Cut(trace.Printed(run, "server"), "\n")
	if !found {
		return 0, errors.New("the server printed nothing in this run: it was cut short, play the demo again")
	}
	return len(line + "\n"), nil
}
