package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

// patience is how long what must happen may take.
const patience = 60 * time.Second

// A bench is a model whose control holds what the test brings.
type bench struct {
	*model
	t       testing.TB
	ctx     context.Context
	arrived map[trace.Host]int
	done    chan lab.Fault // what was decided about frames
}

func newBench(t testing.TB) *bench {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	control := step.New(true)
	b := &bench{t: t, ctx: ctx, arrived: make(map[trace.Host]int), done: make(chan lab.Fault, 1024),
		model: newModel(Options{Timeline: trace.New(), Control: control, Title: "bench", Save: func() (string, error) { return "kept", nil }})}
	return b
}

// held waits until one more is held or, if the control lets it go on, passed is
// closed, and lets the model see it.
func (b *bench) held(passed <-chan struct{}) {
	b.t.Helper()
	before := len(b.model.held)
	limit := time.After(patience)
	for {
		changed := b.Control.Changed()
		if waiting, _ := b.Control.Held(); len(waiting) > before {
			break
		}
		select {
		case <-changed:
			continue
		case <-passed:
		case <-limit:
			b.t.Fatalf("there are never more than %d held", before)
		}
		break
	}
	b.see()
}

// frame lets a frame come out of a host, which waits to be decided on.
func (b *bench) frame(e trace.Event, plan lab.Plan) {
	b.arrived[e.Host]++
	f := lab.WireFrame{From: e.Host, N: b.arrived[e.Host], Bytes: e.Frame.Bytes}
	passed := make(chan struct{})
	go func() {
		b.done <- b.Control.Plan(b.ctx, plan)(f)
		close(passed)
	}()
	b.held(passed)
}

func (b *bench) screen() string { return strings.Join(b.view(size{80, 24}), "\n") }

func aFrame(t testing.TB, flags string) trace.Event {
	var d trace.Decoder
	for _, e := range recorded(t, "hello") {
		if p, ok := d.Decode(e); ok && p.Flags == flags {
			return e
		}
	}
	t.Fatalf("no frame %q", flags)
	return trace.Event{}
}

func TestTheKeysDecideAboutTheHeldFrame(t *testing.T) {
	syn := aFrame(t, "SYN")
	for _, test := range []struct {
		key  string
		want lab.Fault
		note string
	}{
		{"space", lab.Fault{}, ""},
		{"d", lab.Fault{Drop: true}, "client's SYN seq=0 win=64240: lost"},
		{"u", lab.Fault{Duplicate: true}, "delivered twice"},
		{"l", lab.Fault{Delay: 300 * time.Millisecond}, "delayed by 300 ms"},
		{"x", lab.Fault{Swap: true, Delay: 10 * time.Second}, "overtake"},
		{"b", lab.Fault{Corrupt: 71}, "byte 71 flipped (Option: window scale)"},
	} {
		t.Run(test.key, func(t *testing.T) {
			b := newBench(t)
			b.frame(syn, nil)
			assert.Contains(t, b.screen(), "HELD: the client's frame")
			assert.Contains(t, b.screen(), "SYN seq=0 win=64240")
			assert.Contains(t, b.screen(), "[held]")
			assert.Contains(t, b.screen(), "space deliver")
			b.key(test.key, test.key)
			assert.Equal(t, test.want, <-b.done)
			assert.Contains(t, b.note, test.note)
			assert.NotContains(t, b.screen(), "[held]")
			byHand := len(b.Control.Script())
			assert.Equal(t, test.key != "space", byHand == 1, "what is done by hand is written down")
		})
	}
}

func TestAFlippedByteIsTheSelectedFields(t *testing.T) {
	b := newBench(t)
	b.frame(aFrame(t, "PSH ACK"), nil)
	b.key("b", "b")
	assert.Equal(t, 66, (<-b.done).Corrupt, "the first byte of what it carries")
	b.frame(aFrame(t, "SYN"), nil)
	b.key("right", "")
	require.Equal(t, "Source port", b.fields()[b.field].Name, "one begins with the innermost header")
	b.key("right", "")
	assert.Contains(t, b.screen(), "▸ Destination port: 8898")
	assert.Contains(t, b.screen(), "[22 c2]")
	b.key("b", "b")
	assert.Equal(t, 36, (<-b.done).Corrupt)
	b.frame(aFrame(t, "SYN"), nil)
	require.Equal(t, -1, b.field, "another frame, another field")
	for range 40 {
		b.key("left", "")
	}
	b.key("right", "")
	for b.field > 0 {
		b.key("left", "")
	}
	b.key("b", "b")
	assert.Equal(t, 1, (<-b.done).Corrupt, "the wire takes 0 for none")
}

func TestAFrameTellsWhatTheWireWouldDo(t *testing.T) {
	b := newBench(t)
	b.frame(aFrame(t, "SYN"), func(lab.WireFrame) lab.Fault { return lab.Fault{Drop: true} })
	assert.Contains(t, b.screen(), "Unless you decide otherwise, the wire loses it.")
	b.key("space", " ")
	assert.Equal(t, lab.Fault{Drop: true}, <-b.done)
}

func TestFaultsNeedAHeldFrame(t *testing.T) {
	b := newBench(t)
	e := b.Timeline.Add(entry(1, "connect", "3", "10.0.0.2:8898"))
	b.add([]trace.Event{e})
	go b.Control.Hold(b.ctx, e)
	b.held(nil)
	assert.Contains(t, b.screen(), "HELD: the server's connect")
	assert.Contains(t, b.screen(), "connect(3, 10.0.0.2:8898) [held]")
	assert.Contains(t, b.screen(), "Read on: man 2 connect")
	assert.NotContains(t, b.screen(), "d drop")
	b.key("d", "d")
	assert.Equal(t, "no frame is held: f runs to the next one", b.note)
	b.key("space", " ")
	assert.NotContains(t, b.screen(), "[held]")
	assert.Contains(t, b.screen(), "connect(3, 10.0.0.2:8898) ...")
	assert.Empty(t, b.Control.Script())
}

func TestQuitAsksOnceForWhatIsNotKept(t *testing.T) {
	b := newBench(t)
	b.frame(aFrame(t, "SYN"), nil)
	b.key("d", "d")
	b.key("q", "q")
	assert.Equal(t, goesOn, b.ended)
	assert.Contains(t, b.screen(), "w keeps it, q quits without")
	b.key("w", "w")
	assert.Contains(t, b.screen(), "kept")
	b.key("q", "q")
	assert.Equal(t, quits, b.ended)

	b = newBench(t)
	b.frame(aFrame(t, "SYN"), nil)
	b.key("d", "d")
	b.key("q", "q")
	b.key("up", "")
	b.key("q", "q")
	assert.Equal(t, goesOn, b.ended, "it asks again after something else")
	b.key("q", "q")
	assert.Equal(t, quits, b.ended)

	b = newBench(t)
	b.frame(aFrame(t, "SYN"), nil)
	b.key("d", "d")
	b.key("ctrl+c", "")
	assert.Equal(t, interrupted, b.ended, "Ctrl-C never asks")
}

func TestKeyboardsTakeEveryKeyButTabAndCtrlC(t *testing.T) {
	b := newBench(t)
	var given []string
	b.Type = func(h trace.Host, line string) error { given = append(given, string(h)+" "+line); return nil }
	b.EndInput = func(h trace.Host) error { return errors.New("it has ended already") }
	for b.focus != serverInput {
		b.key("tab", "")
	}
	for _, r := range "quit d" {
		name := string(r)
		if r == ' ' {
			name = "space"
		}
		b.key(name, string(r))
	}
	assert.Contains(t, b.screen(), "server types: quit d_")
	b.key("backspace", "")
	require.Equal(t, goesOn, b.ended, "q is a letter here")
	assert.Empty(t, b.key("enter", "")())
	assert.Equal(t, []string{"server quit \n"}, given)
	assert.Equal(t, "it has ended already", b.key("ctrl+d", "")())
	b.key("esc", "")
	assert.Equal(t, ladderPane, b.focus)
	b.key("q", "q")
	assert.Equal(t, quits, b.ended)
}

func TestARecordingIsWalkedThrough(t *testing.T) {
	m := newModel(Options{Recording: recorded(t, "calls"), Title: "recording"})
	kinds := map[string]trace.Kind{"c": trace.KindCall, "f": trace.KindFrame, "s": trace.KindSocket}
	require.Equal(t, 0, m.at(), "it begins at the beginning")
	m.key("space", " ")
	require.Equal(t, 1, m.at())
	for key, kind := range kinds {
		before := m.at()
		m.key(key, key)
		require.Greater(t, m.at(), before)
		assert.Equal(t, kind, m.row(m.at()).kind)
		for i := before + 1; i < m.at(); i++ {
			assert.NotEqual(t, kind, m.row(i).kind, "none is passed over")
		}
	}
	m.key("r", "r")
	assert.Equal(t, m.rows()-1, m.at())
	m.key("f", "f")
	assert.Equal(t, m.rows()-1, m.at())
	assert.NotEmpty(t, m.note)
	m.key("d", "d")
	assert.Equal(t, "there is no frame to hold", m.note)
	m.key("p", "p")
	m.key("w", "w")
	assert.Contains(t, strings.Join(m.view(size{80, 24}), "\n"), "recording, row")
	m.key("q", "q")
	assert.Equal(t, quits, m.ended)
}

func TestTheSelectionFollowsUntilOneLooksBack(t *testing.T) {
	m := newModel(Options{Timeline: trace.New(), Control: step.New(false)})
	events := recorded(t, "hello")
	m.add(events[:5])
	assert.Equal(t, m.rows()-1, m.at())
	m.key("up", "")
	at := m.at()
	m.add(events[5:])
	assert.Equal(t, at, m.at())
	m.key("end", "")
	assert.Equal(t, m.rows()-1, m.at())
	m.finish()
	assert.Contains(t, strings.Join(m.view(size{80, 24}), "\n"), "the run is over")
}

func TestSpacePausesARunningRun(t *testing.T) {
	m := newModel(Options{Timeline: trace.New(), Control: step.New(false)})
	for _, key := range []string{"space", "p"} {
		m.key("r", "r")
		require.False(t, m.paused)
		m.key(key, "")
		assert.True(t, m.paused, key)
	}
}
