package lessons_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

// TestTheWholeOfSocketsCanBeSteppedThrough lets one call or frame go on at a
// time, from the first call to the last acknowledgement.
func TestTheWholeOfSocketsCanBeSteppedThrough(t *testing.T) {
	l, err := load(t).Find("sockets")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	holding, release := context.WithCancel(ctx)
	defer release()
	control, timeline := step.New(true), trace.New()
	played := make(chan error, 1)
	go func() {
		played <- demo.Play(ctx, l.Source.Lesson.Demo, demo.Options{Lesson: "sockets", Timeline: timeline, Patient: true,
			Isolation: lab.TwoHosts, States: true, Calls: &lab.Calls{Hold: control.Hold},
			Over:  func(under lab.Plan) lab.Plan { return control.Plan(holding, under) },
			OnLab: func(in *lab.Lab) { control.Watch(in.Look) },
			OnEnd: func(ctx context.Context, _ error) { control.Settle(ctx); release() }})
	}()
	steps := 0
	for over := false; !over; {
		changed := control.Changed()
		if waiting, _ := control.Held(); len(waiting) > 0 {
			steps++
			control.Go(step.Next)
			continue
		}
		select {
		case <-changed:
		case err := <-played:
			if unavailable := new(lab.UnavailableError); errors.As(err, &unavailable) {
				t.Skip(err)
			}
			require.NoError(t, err)
			over = true
		}
	}
	var names []string
	frames, states := 0, map[trace.Host][]string{}
	for _, e := range timeline.Events() {
		switch {
		case e.Call != nil && e.Call.Return == nil:
			names = append(names, string(e.Host)+" "+e.Call.Name)
		case e.Frame != nil:
			frames++
		case e.Socket != nil && e.Socket.State != e.Socket.Was:
			states[e.Host] = append(states[e.Host], e.Socket.State)
		}
	}
	for _, call := range []string{"server socket", "server bind", "server listen", "server accept", "client socket",
		"client connect", "client write", "server read", "server write", "server close", "client read", "client close"} {
		assert.Contains(t, names, call)
	}
	// Frames that kernels send when all is over may no longer be held.
	assert.GreaterOrEqual(t, frames, 11, "two of ARP, three of the handshake, data and its end both ways")
	assert.GreaterOrEqual(t, steps, len(names)+11, "each call and each frame was a step")
	// Seen at every step, no state is too short.
	assert.Subset(t, states[trace.Client], []string{"SYN-SENT", "ESTABLISHED", "LAST-ACK"})
	assert.Subset(t, states[trace.Server], []string{"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "TIME-WAIT"})
}
