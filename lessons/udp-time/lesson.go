// Package udptime is the lesson on asking and answering over UDP: the client
// sends a strftime format, the server answers its local time in that format.
package udptime

import (
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

//go:embed lesson.md quiz.yaml server.go client.go server.py client.py recording.jsonl
var files embed.FS

//go:embed server.py
var serverPython string

//go:embed client.py
var clientPython string

// Lesson is the lesson on asking and answering over UDP.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			demo.InBoth("server", server, serverPython),
			demo.InBoth("client", client, clientPython),
		},
		Play: play,
	},
	Predictions: course.Predictions{
		"questions-read": questionsRead,
		"exit-status":    exitStatus,
	},
}

const port = 9090

// What the clients ask for, in this order. All answers are of a fixed length.
var (
	askedTwice   = "%Y-%m-%d %H:%M:%S"
	askedFirst   = []string{"%H:%M", "it is %H:%M now"}
	askedWrongly = "%Q"
	askedInLoss  = "%H:%M:%S" // and nowhere else: the prediction counts it
	askedAtLast  = "%d %b %H:%M"
)

// apart is the time between two questions for the same thing.
const apart = 2 * time.Second

// A third of all frames gets lost in the last act, drawn from a seed with which
// two clients are lucky and one gives up, having lost an answer, a question and
// an answer.
const (
	aThird      = 1. / 3
	thirdSeed   = 91
	lastClients = 3
)

func play(ctx context.Context, s *demo.Stage) error {
	address, err := s.Address(trace.Server, port)
	if err != nil {
		return err
	}
	s.Act("nothing gets lost")
	server, err := s.Start(ctx, trace.Server, "server", address)
	if err != nil {
		return err
	}
	if err := s.Lab.Server().WaitListening(ctx, "udp", address, server); err != nil {
		return fmt.Errorf("wait for the server: %w", err)
	}
	reach, err := s.Reach(trace.Server, port)
	if err != nil {
		return err
	}
	if err := askFor(ctx, s, reach, askedTwice); err != nil {
		return err
	}
	select { // time itself is what is waited for
	case <-time.After(apart):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for _, format := range slices.Concat([]string{askedTwice}, askedFirst, []string{askedWrongly}) {
		if err := askFor(ctx, s, reach, format); err != nil {
			return err
		}
	}
	if s.Lab.Isolation() != lab.TwoHosts {
		s.Say(trace.Client, "leaves out three acts: the loopback has no wire that could lose a datagram")
		return nil
	}
	s.Act("an answer gets lost")
	s.SetPlan(lab.LoseNextDatagram(trace.Server))
	if err := askFor(ctx, s, reach, askedInLoss); err != nil {
		return err
	}
	s.Act("a question gets lost")
	s.SetPlan(lab.LoseNextDatagram(trace.Client))
	if err := askFor(ctx, s, reach, askedInLoss); err != nil {
		return err
	}
	s.Act("the wire loses a third")
	s.SetPlan(lab.Both(thirdSeed, lab.Rates{Loss: aThird}).Plan())
	for range lastClients {
		if err := askFor(ctx, s, reach, askedAtLast); err != nil {
			return err
		}
	}
	return nil
}

// askFor runs a client to its end. How it ends is up to the wire, which may be
// told to lose more than this script does.
func askFor(ctx context.Context, s *demo.Stage, address, format string) error {
	client, err := s.Start(ctx, trace.Client, "client", address, format)
	if err != nil {
		return err
	}
	_, err = client.Wait(ctx)
	return err
}

// questionsRead counts the questions that the server read, and so printed, in
// the two acts in which the wire loses one datagram.
func questionsRead(run []trace.Event) (int, error) {
	played := false
	var printed strings.Builder
	for _, e := range run {
		played = played || starts(e, askedInLoss)
		if e.Output != nil && e.Output.Program == "server" {
			printed.Write(e.Output.Data)
		}
	}
	if !played {
		return 0, errors.New("nothing got lost in this run: that takes a wire, and so two hosts (learnnet doctor says what is missing)")
	}
	read := 0
	for line := range strings.Lines(printed.String()) {
		if strings.TrimSpace(line) == askedInLoss {
			read++
		}
	}
	return read, nil
}

// exitStatus returns the exit status of the client that asked with a directive
// that nobody knows.
func exitStatus(run []trace.Event) (int, error) {
	asking := 0 // the process that asks wrongly
	for _, e := range run {
		switch {
		case starts(e, askedWrongly):
			asking = e.Process.PID
		case e.Process != nil && e.Process.Exit != nil && e.Process.PID == asking:
			return e.Process.Exit.Status, nil
		}
	}
	return 0, errors.New("no client asked with an unknown directive in this run: it was cut short, play the demo again")
}

// starts reports whether a client that asks for format starts with e.
func starts(e trace.Event, format string) bool {
	return e.Process != nil && e.Process.Program == "client" && e.Process.Exit == nil &&
		len(e.Process.Args) > 0 && e.Process.Args[len(e.Process.Args)-1] == format
}
