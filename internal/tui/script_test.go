package tui

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/teatest/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

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
print("done")
`

// script opens the view in teatest, which stands between keys and model.
func script(ctx context.Context, t *testing.T, o Options) *watcher {
	w := newWatcher(t)
	tm := teatest.NewTestModel(t, &shell{model: newModel(o), drawn: w.see}, teatest.WithInitialTermSize(100, 30))
	w.press = func(keys string) error {
		tm.Type(keys)
		return nil
	}
	following, stop := context.WithCancel(ctx)
	t.Cleanup(stop)
	go feed(following, o, tm.Send)
	go func() {
		tm.WaitFinished(t)
		w.ended <- nil
	}()
	return w
}

// Somebody drops a SYN by hand, sees it come again, steps through all that comes
// then, and quits.
func TestADroppedSYNComesAgainAndTheRestIsSteppedThrough(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed: there are no programs to hold")
	}
	ctx, cancel := context.WithCancel(t.Context())
	control := step.New(false)
	timeline := trace.New()
	l, err := lab.Open(ctx, lab.Config{Isolation: lab.TwoHosts, Timeline: timeline, States: true,
		Plan: control.Plan(ctx, nil), Calls: &lab.Calls{Hold: control.Hold}})
	if err != nil {
		cancel()
		t.Skip(err)
	}
	defer func() { cancel(); l.Close() }()
	control.Watch(l.Look)
	w := script(ctx, t, Options{Timeline: timeline, Control: control, Title: "a dropped SYN", Names: addresses})
	server, err := l.Server().Start(ctx, lab.Command{Name: "server", Path: python, Args: []string{"-c", serverCode}})
	require.NoError(t, err)
	within, stop := context.WithTimeout(ctx, patience)
	defer stop()
	require.NoError(t, l.Server().WaitListening(within, "tcp", "10.0.0.2:8898", server))
	w.untilShown("accept(3)") // it may listen, and stand still before that
	w.types("p")
	w.untilShown("paused")
	client, err := l.Client().Start(ctx, lab.Command{Name: "client", Path: python, Args: []string{"-c", clientCode}})
	require.NoError(t, err)

	w.step(control, "")
	w.untilShown("HELD: the client's socket")
	w.step(control, " ")
	w.untilShown("connect(3, 10.0.0.2:8898) [held]")
	for !strings.Contains(lineWith(w.screen(), "[held]"), "SYN seq=0 win=64240") {
		w.step(control, "f")
	}
	w.types("d")
	w.untilShown("✗ lost")
	w.step(control, "")
	for !strings.Contains(lineWith(w.screen(), "[held]"), "SYN seq=0 win=64240 (again)") {
		w.step(control, "f")
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, _ = client.Wait(within)
		_, _ = server.Wait(within)
	}()
	assert.Greater(t, w.stepThrough(control, over), 15, "each call and each frame is a step")
	w.types("r") // kernels may have frames left
	w.untilShown("┃ done")
	exit, err := client.Wait(within)
	require.NoError(t, err)
	assert.True(t, exit.OK())
	var script bytes.Buffer
	require.NoError(t, control.Script().Write(&script))
	assert.Contains(t, script.String(), `"drop":true`)
	w.types("q")
	assert.NoError(t, w.end())
}

// stepThrough lets one held call or frame go on after another until the run is
// over, and returns how many.
func (w *watcher) stepThrough(control *step.Control, over <-chan struct{}) (steps int) {
	w.t.Helper()
	limit := time.After(patience)
	for {
		changed := control.Changed()
		if waiting, _ := control.Held(); len(waiting) > 0 {
			w.types(" ")
			steps++
		}
		select {
		case <-changed:
		case <-over:
			return steps
		case <-limit:
			w.t.Fatalf("the run is not over after %d steps:\n%s", steps, w.screen())
		}
	}
}

// step types what lets the run go on, and returns when it is held again and the
// screen says so.
func (w *watcher) step(control *step.Control, keys string) {
	w.t.Helper()
	first := func() any {
		waiting, _ := control.Held()
		switch {
		case len(waiting) == 0:
			return nil
		case waiting[0].Event.Frame != nil:
			return waiting[0].Event.Frame
		}
		return waiting[0].Event.Seq
	}
	before := first()
	if keys == "" {
		before = nil
	}
	w.types(keys)
	limit := time.After(patience)
	for {
		changed := control.Changed()
		if now := first(); now != nil && now != before {
			break
		}
		select {
		case <-changed:
		case <-limit:
			w.t.Fatalf("nothing is held:\n%s", w.screen())
		}
	}
	w.see(nil)   // what is shown may still be the one before
	w.types("h") // draws it again
	w.until("what is held", func(screen string) bool {
		return strings.Contains(screen, "HELD") && strings.Contains(screen, "[held]")
	})
}

func lineWith(screen, text string) string {
	for l := range strings.Lines(screen) {
		if strings.Contains(l, text) {
			return l
		}
	}
	return ""
}
