package step_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

func TestMain(m *testing.M) {
	lab.Main()
	os.Exit(m.Run())
}

// patience is how long what must happen may take.
const patience = 60 * time.Second

const serverCode = `import socket
s = socket.socket()
s.bind(("10.0.0.2", 8898))
s.listen()
c, _ = s.accept()
c.sendall(c.recv(100))
c.close()
`

const clientCode = `import socket
s = socket.socket()
s.connect(("10.0.0.2", 8898))
s.sendall(b"hello!")
while s.recv(100): pass
s.close()
`

// A run is the two programs in a lab that a control holds.
type run struct {
	t       *testing.T
	control *step.Control
	lab     *lab.Lab
	client  *lab.Process
}

// begin starts the server, lets it run until it listens, holds the run, and
// starts the client.
func begin(t *testing.T) *run {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed: there are no programs to hold")
	}
	control := step.New(false)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	l, err := lab.Open(t.Context(), lab.Config{Isolation: lab.TwoHosts, Timeline: trace.New(), States: true,
		Plan: control.Plan(ctx, nil), Calls: &lab.Calls{Hold: control.Hold}})
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { cancel(); l.Close() })
	control.Watch(l.Look)
	r := &run{t: t, control: control, lab: l}
	within, stop := context.WithTimeout(t.Context(), patience)
	t.Cleanup(stop)
	server, err := l.Server().Start(within, lab.Command{Name: "server", Path: python, Args: []string{"-c", serverCode}})
	require.NoError(t, err)
	require.NoError(t, l.Server().WaitListening(within, "tcp", "10.0.0.2:8898", server))
	control.Pause()
	r.client, err = l.Client().Start(within, lab.Command{Name: "client", Path: python, Args: []string{"-c", clientCode}})
	require.NoError(t, err)
	return r
}

// next waits until something is held and returns it.
func (r *run) next() step.Held {
	r.t.Helper()
	limit := time.After(patience)
	for {
		changed := r.control.Changed()
		if waiting, _ := r.control.Held(); len(waiting) > 0 {
			return waiting[0]
		}
		select {
		case <-changed:
		case <-limit:
			r.t.Fatal("nothing is held")
		}
	}
}

// say names what is held as a person would: the call, or the frame's flags.
func say(h step.Held) string {
	if h.Event.Call != nil {
		return h.Event.Call.Name
	}
	var d trace.Decoder
	p, _ := d.Decode(h.Event)
	if p.Flags != "" {
		return p.Flags
	}
	return p.Protocol
}

func TestEachStepLetsOneThingHappen(t *testing.T) {
	r := begin(t)
	var said []string
	passed := 0
	for len(said) == 0 || said[len(said)-1] != "send" {
		h := r.next()
		said = append(said, say(h))
		frames := len(fates(r.lab.Timeline().Events(), ""))
		assert.LessOrEqual(t, frames-passed, 1, "more than a frame passed before %s was held", say(h))
		passed = frames
		r.control.Go(step.Next)
	}
	order := strings.Join(said, ", ")
	assert.Contains(t, order, "socket, connect, ARP, ARP, SYN, SYN ACK, ")
}

func TestADroppedSYNIsSentAgainAndTheScriptDoesItAgain(t *testing.T) {
	r := begin(t)
	for say(r.next()) != "SYN" {
		require.False(t, r.next().Event.Call != nil && r.control.Do(lab.Fault{Drop: true}), "a call can't be dropped")
		r.control.Go(step.Next)
	}
	require.True(t, r.control.Do(lab.Fault{Drop: true}))
	r.control.Go(step.End)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	exit, err := r.client.Wait(ctx)
	require.NoError(t, err)
	require.True(t, exit.OK())
	assert.Equal(t, []string{"dropped", "delivered"}, fates(r.lab.Timeline().Events(), "SYN"))

	script := r.control.Script()
	require.Equal(t, lab.Script{{Frame: lab.FrameName{From: trace.Client, What: "TCP 1 SYN", N: 1}, Fault: lab.Fault{Drop: true}}}, script)
	script = append(script, lab.Deed{Frame: lab.FrameName{From: trace.Server, What: "TCP 1 SYN ACK", N: 1000}, Fault: lab.Fault{Drop: true}})
	player := script.Player()
	again, err := lab.Open(t.Context(), lab.Config{Isolation: lab.TwoHosts, Timeline: trace.New(), Plan: player.Plan(nil)})
	require.NoError(t, err)
	defer again.Close()
	listener, err := again.Server().Listen(ctx, "tcp", "10.0.0.2:8898")
	require.NoError(t, err)
	defer listener.Close()
	conn, err := again.Client().Dial(ctx, "tcp", "10.0.0.2:8898")
	require.NoError(t, err)
	defer conn.Close()
	assert.Equal(t, []string{"dropped", "delivered"}, fates(again.Timeline().Events(), "SYN"))
	assert.Equal(t, script[1:], player.Unmet(), "so many frames there were not")
}

// fates returns what became of the frames with these TCP flags, or of all.
func fates(events []trace.Event, flags string) (out []string) {
	var d trace.Decoder
	for _, e := range events {
		if p, ok := d.Decode(e); ok && (flags == "" || p.Flags == flags) {
			out = append(out, string(e.Frame.Fate))
		}
	}
	return out
}

func TestARunGoesToTheNextFrameCallOrState(t *testing.T) {
	r := begin(t)
	r.next()
	r.control.Go(step.NextFrame)
	assert.Equal(t, "ARP", say(r.next()))
	r.control.Go(step.NextCall)
	assert.NotNil(t, r.next().Event.Call)
	r.control.Go(step.NextState)
	r.next()
	states := 0
	for _, e := range r.lab.Timeline().Events() {
		if e.Socket != nil && e.Socket.State == "ESTABLISHED" {
			states++
		}
	}
	assert.NotZero(t, states)
	r.control.Go(step.End)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	exit, err := r.client.Wait(ctx)
	require.NoError(t, err)
	assert.True(t, exit.OK())
}

// The lab looks at the states by itself, too, when listen has returned.
func TestARunIsHeldRightBehindAChangeOfState(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed: there are no programs to hold")
	}
	control := step.New(true)
	l, err := lab.Open(t.Context(), lab.Config{Isolation: lab.TwoHosts, Timeline: trace.New(), States: true, Calls: &lab.Calls{Hold: control.Hold}})
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	control.Watch(l.Look)
	server, err := l.Server().Start(t.Context(), lab.Command{Name: "server", Path: python, Args: []string{"-c", serverCode}})
	require.NoError(t, err)
	defer server.Kill()
	r := &run{t: t, control: control, lab: l}
	for say(r.next()) != "listen" {
		control.Go(step.Next)
	}
	control.Go(step.NextState)
	assert.Equal(t, "accept", say(r.next()))
}

// Nobody has to let anything go for a lab to close.
func TestAHeldRunCanBeClosed(t *testing.T) {
	r := begin(t)
	r.next()
	r.client.Kill()
}
