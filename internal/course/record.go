package course

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// RecordingFile is the timeline of a lesson's own demo, recorded on two hosts,
// for machines that have none.
const RecordingFile = "recording.jsonl"

// Recording returns the recorded timeline of the lesson's demo.
func (l *Lesson) Recording() ([]trace.Event, error) {
	b, err := fs.ReadFile(l.Source.Lesson.Files, RecordingFile)
	if err != nil {
		return nil, fmt.Errorf("recording of %s: %w", l.Slug, err)
	}
	events, err := trace.ReadJSON(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("recording of %s: %w", l.Slug, err)
	}
	return events, nil
}

// sameEverywhere is the environment that makes a demo the same on every
// author's machine: an empty NO_COLOR is none (no-color.org).
var sameEverywhere = []string{"NO_COLOR="}

// Record plays the lesson's demo on two hosts, with its socket calls and with
// every state that a socket goes through, and returns the timeline.
func (l *Lesson) Record(ctx context.Context) ([]trace.Event, error) {
	timeline := trace.New()
	var in atomic.Pointer[lab.Lab] // the wire may carry before OnLab tells of it
	look := func() {
		if l := in.Load(); l != nil {
			l.Look()
		}
	}
	err := demo.Play(ctx, l.Source.Lesson.Demo, demo.Options{Lesson: l.Slug, Timeline: timeline,
		Isolation: lab.TwoHosts, Env: sameEverywhere, OnLab: func(l *lab.Lab) { in.Store(l) }, States: true,
		Plan:  func(lab.WireFrame) lab.Fault { look(); return lab.Fault{} },
		Calls: &lab.Calls{Hold: func(context.Context, trace.Event) { look() }}})
	if err != nil {
		return nil, err
	}
	if err := in.Load().CallsMissing(); err != nil {
		return nil, err
	}
	return timeline.Events(), nil
}

// proveRecording wants the recording to tell what a run tells today.
func (l *Lesson) proveRecording(ctx context.Context) error {
	recorded, err := l.Recording()
	if err != nil {
		return fmt.Errorf("%w\nmake one: learnnet course record %s", err, l.Slug)
	}
	run, err := l.Record(ctx)
	if unavailable := new(lab.UnavailableError); errors.As(err, &unavailable) {
		return nil // nothing to compare it with here
	}
	if err != nil {
		return err
	}
	if err := sameStory(recorded, run); err != nil {
		return fmt.Errorf("the recording is not what the demo does today: %w\nmake a new one: learnnet course record %s", err, l.Slug)
	}
	return nil
}

// sameStory compares two runs of a demo, leaving aside what differs from run to
// run: times, numbers that kernels pick, and who came first of those who don't
// wait for each other.
func sameStory(recorded, run []trace.Event) error {
	a, b := story(recorded), story(run)
	for _, teller := range slices.Sorted(maps.Keys(a)) {
		if _, ok := b[teller]; !ok {
			return fmt.Errorf("%s: there is nothing of it in the run", teller)
		}
	}
	for _, teller := range slices.Sorted(maps.Keys(b)) {
		if !slices.Equal(a[teller], b[teller]) {
			return fmt.Errorf("%s:\nrecorded: %s\nin the run: %s", teller,
				strings.Join(a[teller], "; "), strings.Join(b[teller], "; "))
		}
	}
	return nil
}

// lasting are the states that a socket is in until a program does something,
// or for a minute. Whether it goes through the others one by one is a matter of
// whose segments meet (RFC 9293 §3.6).
var lasting = map[string]bool{"LISTEN": true, "ESTABLISHED": true, "TIME-WAIT": true}

// story sorts a run by who tells it: each program's calls in their order, each
// direction of the wire, each output stream, the states that sockets of each
// host went through.
func story(run []trace.Event) map[string][]string {
	out := make(map[string][]string)
	tell := func(teller, what string) { out[teller] = append(out[teller], volatile(what)) }
	streams := make(map[string]*strings.Builder)
	var d trace.Decoder
	for _, e := range run {
		switch {
		case e.Call != nil && e.Call.Return != nil:
			tell("calls of "+e.Call.Program, e.Call.String())
		case e.Output != nil:
			name := e.Output.Program + "'s " + string(e.Output.Stream)
			if streams[name] == nil {
				streams[name] = new(strings.Builder)
			}
			streams[name].Write(e.Output.Data)
		case e.Socket != nil && lasting[e.Socket.State] && !e.Socket.Gone && e.Socket.State != e.Socket.Was:
			tell("states on "+string(e.Host), e.Socket.Network+" "+e.Socket.State)
		case e.Process != nil && e.Process.Exit != nil:
			tell("end of "+e.Process.Program, fmt.Sprint(*e.Process.Exit))
		case e.Frame != nil:
			p, _ := d.Decode(e)
			// How long ago a host last heard of its neighbour decides on whether
			// it asks again.
			// A lone RST answers a segment that a busy machine had sent again.
			late := p.Retransmission || p.Flags == "RST"
			// Where a kernel pushes within a long write hangs on when it hears of
			// what has arrived.
			p.Flags = strings.ReplaceAll(p.Flags, "PSH ", "")
			if bare := p.Flags == "ACK" && p.Length == 0; !bare && !late && !p.FindsNeighbour() {
				tell("frames from "+string(e.Host), p.Protocol+" "+p.Summary())
			}
		}
	}
	for name, b := range streams {
		tell(name, b.String())
	}
	for teller := range out {
		if strings.HasPrefix(teller, "states") { // two sockets may take turns either way
			slices.Sort(out[teller])
			out[teller] = slices.Compact(out[teller])
		}
	}
	return out
}
