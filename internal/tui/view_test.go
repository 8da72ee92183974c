package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

// updating reports whether the golden files are to be written anew: teatest has the flag.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

var addresses = map[trace.Host]string{trace.Client: "10.0.0.1", trace.Server: "10.0.0.2"}

func TestScreens(t *testing.T) {
	for _, test := range []struct {
		golden string
		run    string
		size   size
		ascii  bool
		keys   string
	}{
		{"call-80", "calls", size{80, 24}, false, "c c"},
		{"frame-80", "calls", size{80, 24}, false, "f f f f right right right"},
		{"frame-80-ascii", "calls", size{80, 24}, true, "f f f f right right right"},
		{"state-120", "calls", size{120, 40}, false, "s s s"},
		{"frame-120", "calls", size{120, 40}, false, "f f f f f f right"},
		{"lost-80", "faults", size{80, 24}, false, "f f f f f f f"},
		{"end-80", "hello", size{80, 24}, false, "r"},
		{"narrow-40", "calls", size{40, 12}, false, "f f f"},
		{"narrow-sockets-40", "calls", size{40, 12}, false, "f f f tab tab"},
		{"narrow-detail-40", "calls", size{40, 12}, false, "f f f tab right"},
		{"help-80", "hello", size{80, 24}, false, "?"},
	} {
		t.Run(test.golden, func(t *testing.T) {
			m := newModel(Options{Recording: recorded(t, test.run), Title: "recording of " + test.run, Names: addresses, ASCII: test.ascii})
			for key := range strings.FieldsSeq(test.keys) {
				m.key(key, key)
			}
			lines := m.view(test.size)
			for i := range lines {
				lines[i] = strings.TrimRight(lines[i], " ")
			}
			got := strings.Join(lines, "\n") + "\n"
			if test.ascii {
				assert.Equal(t, -1, strings.IndexFunc(got, func(r rune) bool { return r > '~' }))
			}
			path := filepath.Join("testdata", test.golden+".txt")
			if updating() {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func TestColourTellsNothing(t *testing.T) {
	screens := func(color bool) (out []string) {
		m := newModel(Options{Recording: recorded(t, "faults"), Color: color})
		for range m.rows() {
			out = append(out, strings.Join(m.view(size{100, 30}), "\n"))
			m.key("space", "")
			m.key("right", "")
		}
		return out
	}
	plain, painted := screens(false), screens(true)
	for i := range plain {
		require.NotContains(t, plain[i], "\x1b")
		require.Contains(t, painted[i], "\x1b")
		require.Equal(t, plain[i], ansi.Strip(painted[i]))
	}
}

func TestEveryPaneCanBeHadOnASmallScreen(t *testing.T) {
	m := newModel(Options{Timeline: trace.New(), Control: step.New(false), Type: func(trace.Host, string) error { return nil }})
	m.add(recorded(t, "calls")[:30])
	seen := ""
	for range serverInput + 1 {
		seen += strings.Join(m.view(size{40, 10}), "\n")
		m.key("tab", "")
	}
	for _, want := range []string{"client, wire, server", "sockets", "LISTEN", "frame to the", "client types:", "server types:"} {
		assert.Contains(t, seen, want)
	}
	require.Equal(t, ladderPane, m.focus, "one comes back to where one began")
}

func TestPortsStandAboveTheFirstFrameBetweenThem(t *testing.T) {
	m := newModel(Options{Recording: recorded(t, "hello")})
	shown := strings.Join(m.view(size{80, 60}), "\n")
	assert.Equal(t, 1, strings.Count(shown, "port 8898"), shown)
	assert.Less(t, strings.Index(shown, "port 8898"), strings.Index(shown, "SYN seq=0"))
}

// hostile are events that programs and wires could come up with.
func hostile() *rapid.Generator[trace.Event] {
	return rapid.Custom(func(t *rapid.T) trace.Event {
		host := rapid.SampledFrom([]trace.Host{trace.Client, trace.Server, "other"}).Draw(t, "host")
		data := rapid.SliceOfN(rapid.Byte(), 0, 90).Draw(t, "data")
		text := rapid.String().Draw(t, "text")
		switch rapid.SampledFrom([]trace.Kind{trace.KindFrame, trace.KindOutput, trace.KindCall, trace.KindSocket, trace.KindInput,
			trace.KindAct, trace.KindRelay, trace.KindAction, trace.KindProcess, "odd"}).Draw(t, "kind") {
		case trace.KindFrame:
			return trace.Event{Kind: trace.KindFrame, Host: host, Frame: &trace.Frame{Bytes: data, Length: len(data) * 2, Fate: trace.Corrupted}}
		case trace.KindOutput:
			return trace.Event{Kind: trace.KindOutput, Host: host, Output: &trace.Output{Program: text, Stream: trace.Stderr, Data: data}}
		case trace.KindCall:
			c := &trace.Call{Program: "p", Number: rapid.IntRange(0, 3).Draw(t, "number"), Name: text, Args: []string{text}, Data: data}
			if rapid.Bool().Draw(t, "returned") {
				c.Return = &trace.Return{Value: -1, Errno: text}
			}
			return trace.Event{Kind: trace.KindCall, Host: host, Call: c}
		case trace.KindSocket:
			return trace.Event{Kind: trace.KindSocket, Host: host, Socket: &trace.Socket{Network: "unix", Path: text, State: text, RecvQ: 3,
				Inode: uint64(rapid.IntRange(0, 2).Draw(t, "inode")), Gone: rapid.Bool().Draw(t, "gone")}}
		case trace.KindInput:
			return trace.Event{Kind: trace.KindInput, Host: host, Input: &trace.Input{Program: text, Data: data, EOF: true}}
		case trace.KindAct:
			return trace.Event{Kind: trace.KindAct, Act: &trace.Act{Number: 1, Title: text}}
		case trace.KindAction:
			return trace.Event{Kind: trace.KindAction, Host: host, Action: &trace.Action{Actor: text, Text: text, Data: data}}
		case trace.KindProcess:
			return trace.Event{Kind: trace.KindProcess, Host: host, Process: &trace.Process{Program: text, Args: []string{text}}}
		}
		if rapid.Bool().Draw(t, "relay") {
			return trace.Event{Kind: trace.KindRelay, Host: host, Relay: &trace.Relay{Network: "tcp", What: rapid.SampledFrom([]trace.RelayWhat{
				trace.RelayConnected, trace.RelayData, trace.RelayEnded, trace.RelayReset, trace.RelayRefused, trace.RelayFailed}).Draw(t, "what"),
				Client: lo(40000), Via: lo(20001), Server: lo(20000), Data: data, Length: len(data) * 2, Error: text}}
		}
		return trace.Event{Kind: "odd", Host: host}
	})
}

func everyKey() []string {
	keys := []string{"ctrl+c", "ctrl+d", "enter", "esc", "backspace", "ctrl+u", "z"}
	for _, b := range bindings {
		keys = append(keys, strings.Fields(b.keys)...)
	}
	return keys
}

// Whatever happens, and whatever is pressed, the screen has room for the view.
func TestAnyKeysAndEventsFitAnyScreen(t *testing.T) {
	real := append(recorded(t, "calls"), recorded(t, "faults")...)
	keys := everyKey()
	rapid.Check(t, func(rt *rapid.T) {
		o := Options{Title: rapid.String().Draw(rt, "title"), Names: addresses, Relay: rapid.Bool().Draw(rt, "relay"),
			Color: rapid.Bool().Draw(rt, "color"), ASCII: rapid.Bool().Draw(rt, "ascii")}
		if rapid.Bool().Draw(rt, "reads input") {
			o.Type = func(trace.Host, string) error { return nil }
		}
		var b *bench
		m := newModel(o)
		if rapid.Bool().Draw(rt, "live") {
			b = newBench(t)
			o.Timeline, o.Control, o.Save = b.Timeline, b.Control, b.Save
			m = newModel(o)
			b.model = m
		}
		seq := 0
		rt.Repeat(map[string]func(*rapid.T){
			"": func(rt *rapid.T) {
				s := size{rapid.IntRange(40, 200).Draw(rt, "w"), rapid.IntRange(10, 60).Draw(rt, "h")}
				lines := m.view(s)
				if len(lines) > s.h {
					rt.Fatalf("%d lines on a screen of %d", len(lines), s.h)
				}
				for _, l := range lines {
					if n := ansi.StringWidth(l); n > s.w || strings.ContainsAny(l, "\n\t\r") {
						rt.Fatalf("%d cells on a screen of %d: %q", n, s.w, l)
					}
				}
			},
			"key": func(rt *rapid.T) {
				key := rapid.SampledFrom(keys).Draw(rt, "key")
				if do := m.key(key, rapid.String().Draw(rt, "text")); do != nil {
					m.note = do()
				}
			},
			"event": func(rt *rapid.T) {
				e := hostile().Draw(rt, "event")
				if rapid.Bool().Draw(rt, "real") {
					e = rapid.SampledFrom(real).Draw(rt, "event")
				}
				e.Seq = seq
				seq++
				m.add([]trace.Event{e})
			},
			"held": func(rt *rapid.T) {
				e := rapid.SampledFrom(real).Draw(rt, "held")
				if b == nil || e.Frame == nil || len(m.held) > 2 {
					rt.Skip()
				}
				b.frame(e, func(lab.WireFrame) lab.Fault { return lab.Fault{Swap: true} })
			},
			"over": func(rt *rapid.T) { m.finish() },
		})
	})
}

func TestALineThatIsTooLongShowsWhereOneTypes(t *testing.T) {
	m := newModel(Options{Timeline: trace.New(), Control: step.New(false), Type: func(trace.Host, string) error { return nil }})
	m.key("shift+tab", "")
	for i := range 50 {
		m.key("x", fmt.Sprint(i%10))
	}
	assert.Contains(t, strings.Join(m.view(size{40, 10}), "\n"), "456789_")
}
