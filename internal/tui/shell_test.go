package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
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

// A watcher is somebody at a view: types keys, and waits for what is shown.
type watcher struct {
	t     *testing.T
	keys  *io.PipeWriter
	ended chan error

	mu    sync.Mutex
	shown string
	grown chan struct{}
}

// watch opens the view as Run does, without a terminal.
func watch(ctx context.Context, t *testing.T, o Options) *watcher {
	in, keys := io.Pipe()
	w := &watcher{t: t, keys: keys, ended: make(chan error, 1), grown: make(chan struct{}, 1)}
	t.Cleanup(func() { keys.Close() })
	go func() {
		w.ended <- run(ctx, &shell{model: newModel(o), drawn: w.see}, tea.WithInput(in), tea.WithOutput(io.Discard), tea.WithWindowSize(100, 30), tea.WithEnvironment(nil))
	}()
	return w
}

func (w *watcher) see(lines []string) {
	w.mu.Lock()
	w.shown = strings.Join(lines, "\n")
	w.mu.Unlock()
	select {
	case w.grown <- struct{}{}:
	default:
	}
}

func (w *watcher) screen() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shown
}

func (w *watcher) types(keys string) {
	_, err := io.WriteString(w.keys, keys)
	require.NoError(w.t, err)
}

// until waits until the screen is as wanted.
func (w *watcher) until(what string, wanted func(screen string) bool) {
	w.t.Helper()
	limit := time.After(patience)
	for !wanted(w.screen()) {
		select {
		case <-w.grown:
		case err := <-w.ended:
			w.t.Fatalf("the view ended with %v while waiting for %s", err, what)
		case <-limit:
			w.t.Fatalf("%s is never shown, but:\n%s", what, w.screen())
		}
	}
}

func (w *watcher) untilShown(text string) {
	w.t.Helper()
	w.until(text, func(screen string) bool { return strings.Contains(screen, text) })
}

func (w *watcher) end() error {
	w.t.Helper()
	select {
	case err := <-w.ended:
		return err
	case <-time.After(patience):
		w.t.Fatal("the view does not end")
		return nil
	}
}

func TestTheViewEndsAsItIsTold(t *testing.T) {
	o := Options{Recording: recorded(t, "hello"), Title: "a recording"}
	w := watch(t.Context(), t, o)
	w.untilShown("a recording")
	w.types("q")
	assert.NoError(t, w.end())

	w = watch(t.Context(), t, o)
	w.untilShown("a recording")
	w.types("\x03")
	assert.ErrorIs(t, w.end(), ErrInterrupted)

	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	w = watch(ctx, t, o)
	w.untilShown("a recording")
	cancel(gone)
	assert.ErrorIs(t, w.end(), gone)
}

func TestTheViewFollowsARunToItsEnd(t *testing.T) {
	timeline := trace.New()
	typed := make(chan string, 1)
	w := watch(t.Context(), t, Options{Timeline: timeline, Title: "a run", Type: func(h trace.Host, line string) error {
		typed <- string(h) + " " + line
		return nil
	}})
	w.untilShown("nothing has happened yet")
	timeline.Add(printed("so it begins\n"))
	w.untilShown("so it begins")
	w.types("\t\t\thi there\r")
	assert.Equal(t, "client hi there\n", <-typed)
	timeline.Close()
	w.untilShown("the run is over")
	w.types("q")
	assert.NoError(t, w.end())
}

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

// Somebody drops a SYN by hand and sees it come again.
func TestADroppedSYNComesAgain(t *testing.T) {
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
	w := watch(ctx, t, Options{Timeline: timeline, Control: control, Title: "a dropped SYN", Names: addresses})
	server, err := l.Server().Start(ctx, lab.Command{Name: "server", Path: python, Args: []string{"-c", serverCode}})
	require.NoError(t, err)
	within, stop := context.WithTimeout(ctx, patience)
	defer stop()
	require.NoError(t, l.Server().WaitListening(within, "tcp", "10.0.0.2:8898", server))
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
	w.types("r")
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
