package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

func TestMain(m *testing.M) {
	lab.Main()
	os.Exit(m.Run())
}

// A watcher is somebody at a view: types keys, and waits for what is shown.
type watcher struct {
	t     *testing.T
	press func(keys string) error
	ended chan error

	mu    sync.Mutex
	shown string
	grown chan struct{}
}

func newWatcher(t *testing.T) *watcher {
	return &watcher{t: t, ended: make(chan error, 1), grown: make(chan struct{}, 1)}
}

// watch opens the view as Run does, without a terminal.
func watch(ctx context.Context, t *testing.T, o Options) *watcher {
	in, keys := io.Pipe()
	w := newWatcher(t)
	w.press = func(pressed string) error {
		_, err := io.WriteString(keys, pressed)
		return err
	}
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
	w.t.Helper()
	require.NoError(w.t, w.press(keys))
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

func TestTheViewEndsWithItsTerminal(t *testing.T) {
	in, keys, err := os.Pipe()
	require.NoError(t, err)
	defer in.Close()
	w := newWatcher(t)
	s := &shell{model: newModel(Options{Recording: recorded(t, "hello")}), drawn: w.see}
	go func() {
		w.ended <- run(t.Context(), s, tea.WithInput(keyboard(in)), tea.WithOutput(io.Discard), tea.WithWindowSize(100, 30), tea.WithEnvironment(nil))
	}()
	w.untilShown("q quit")
	keys.Close()
	assert.ErrorContains(t, w.end(), "the terminal is gone")
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
