package ladder

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/learnnet/learnnet/internal/trace"
)

var update = flag.Bool("update", false, "write the golden files anew")

var addresses = map[trace.Host]string{trace.Client: "10.0.0.1", trace.Server: "10.0.0.2"}

// recorded returns the events of a real run.
func recorded(t testing.TB, name string) []trace.Event {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".jsonl"))
	require.NoError(t, err)
	defer f.Close()
	events, err := trace.ReadJSON(f)
	require.NoError(t, err)
	require.NotEmpty(t, events)
	return events
}

func draw(t testing.TB, o Options, events ...trace.Event) string {
	t.Helper()
	var b bytes.Buffer
	text := NewText(&b, o)
	for _, e := range events {
		require.NoError(t, text.Event(e))
	}
	require.NoError(t, text.Close())
	return b.String()
}

// body draws events 80 columns wide and leaves the header, the times and the
// trailing blanks out.
func body(t testing.TB, events ...trace.Event) string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(draw(t, Options{Width: 80}, events...), "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l[timeWidth+1:], " ")
	}
	return strings.Join(lines[1:], "\n")
}

func printed(h trace.Host, program string, s trace.Stream, data string) trace.Event {
	return trace.Event{Kind: trace.KindOutput, Host: h, Output: &trace.Output{Program: program, Stream: s, Data: []byte(data)}}
}

func started(h trace.Host, program string) trace.Event {
	return trace.Event{Kind: trace.KindProcess, Host: h, Process: &trace.Process{Program: program}}
}

func action(text, data string) trace.Event {
	return trace.Event{Kind: trace.KindAction, Host: trace.Client, Action: &trace.Action{Actor: "checker", Text: text, Data: []byte(data)}}
}

// chat is two programs on one host, a checker, and all that a program can do.
func chat() []trace.Event {
	ended := started(trace.Client, "bob")
	ended.Process.Exit = &trace.Exit{Status: -1, Signal: "killed"}
	typed := func(data string, eof bool) trace.Event {
		return trace.Event{Kind: trace.KindInput, Host: trace.Client, Input: &trace.Input{Program: "alice", Data: []byte(data), EOF: eof}}
	}
	events := []trace.Event{
		started(trace.Server, "server"),
		started(trace.Client, "alice"),
		printed(trace.Client, "alice", trace.Stdout, "name: "),
		typed("太白\n", false),
		started(trace.Client, "bob"),
		printed(trace.Client, "bob", trace.Stdout, "hello from bob\nhow are you?\n"),
		printed(trace.Client, "alice", trace.Stdout, "太白 says: \x1b[31mred\x1b[0m\n"),
		printed(trace.Server, "server", trace.Stdout, "alice joined\n"),
		printed(trace.Server, "server", trace.Stderr, "warning: not a name: \xff\n"),
		typed("", true),
		action("connects to 10.0.0.2:8898", ""),
		action("sends", "hello!"),
		ended,
		{Kind: "call", Host: trace.Server},
	}
	for i := range events {
		events[i].Seq, events[i].At = i, time.Duration(i)*1234*time.Microsecond
	}
	return events
}

func TestGolden(t *testing.T) {
	for _, test := range []struct {
		golden string
		events []trace.Event
		Options
	}{
		{"hello-60", recorded(t, "hello"), Options{Width: 60}},
		{"hello-80", recorded(t, "hello"), Options{Width: 80}},
		{"hello-80-ascii", recorded(t, "hello"), Options{Width: 80, ASCII: true}},
		{"hello-80-color", recorded(t, "hello"), Options{Width: 80, Color: true}},
		{"hello-120", recorded(t, "hello"), Options{Width: 120}},
		{"faults-60", recorded(t, "faults"), Options{Width: 60}},
		{"faults-80", recorded(t, "faults"), Options{Width: 80}},
		{"faults-80-ascii", recorded(t, "faults"), Options{Width: 80, ASCII: true}},
		{"faults-120-color", recorded(t, "faults"), Options{Width: 120, Color: true}},
		{"ask-80", recorded(t, "ask"), Options{Width: 80}},
		{"ask-80-ascii", recorded(t, "ask"), Options{Width: 80, ASCII: true}},
		{"refused-80", recorded(t, "refused"), Options{Width: 80}},
		{"calls-60", recorded(t, "calls"), Options{Width: 60}},
		{"calls-80", recorded(t, "calls"), Options{Width: 80}},
		{"calls-80-ascii", recorded(t, "calls"), Options{Width: 80, ASCII: true}},
		{"calls-80-color", recorded(t, "calls"), Options{Width: 80, Color: true}},
		{"calls-120", recorded(t, "calls"), Options{Width: 120}},
		{"calls-80-talkative", recorded(t, "calls"), Options{Width: 80, Talkative: true}},
		{"calls-120-talkative", recorded(t, "calls"), Options{Width: 120, Talkative: true}},
		{"chat-60", chat(), Options{Width: 60}},
		{"chat-80", chat(), Options{Width: 80}},
		{"relay-60", through(), onLoopback(60, false)},
		{"relay-60-ascii", through(), onLoopback(60, true)},
		{"relay-80", through(), onLoopback(80, false)},
		{"relay-80-ascii", through(), onLoopback(80, true)},
	} {
		t.Run(test.golden, func(t *testing.T) {
			if test.Options.Names == nil {
				test.Options.Names = addresses
			}
			got := draw(t, test.Options, test.events...)
			path := filepath.Join("testdata", test.golden+".txt")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
		})
	}
}

func TestTCPHelloFitsAnOldTerminal(t *testing.T) {
	assert.LessOrEqual(t, strings.Count(draw(t, Options{Width: 80, Names: addresses}, recorded(t, "hello")...), "\n"), 24)
}

func TestEventIsDrawnAtOnce(t *testing.T) {
	var b bytes.Buffer
	text := NewText(&b, Options{Width: 80})
	require.NoError(t, text.Event(action("waits", "")))
	assert.Contains(t, b.String(), "checker waits")
}

func TestOutputInPiecesIsJoinedToLines(t *testing.T) {
	out := func(data string) trace.Event { return printed(trace.Client, "client", trace.Stdout, data) }
	err := func(data string) trace.Event { return printed(trace.Client, "client", trace.Stderr, data) }
	rail := func(s string) string {
		return s + strings.Repeat(" ", 16-len([]rune(s))) + "│" + strings.Repeat(" ", 38) + "│"
	}
	for _, test := range []struct {
		name   string
		events []trace.Event
		want   []string
	}{
		{"two pieces", []trace.Event{out("hel"), out("lo\n")}, []string{"┃ hello"}},
		{"two lines and a half", []trace.Event{out("a\nb\nc")}, []string{"┃ a", "┃ b", "┃ c"}},
		{"an empty line", []trace.Event{out("\n")}, []string{"┃"}},
		{"the end of a line and an empty one", []trace.Event{out("a"), out("\n\n")}, []string{"┃ a", "┃"}},
		{"broken by the other stream", []trace.Event{out("a"), err("b"), out("c\n")}, []string{"┃ a", "! b", "┃ c"}},
		{"newline behind another event", []trace.Event{out("a"), action("waits", ""), out("\n")}, []string{"┃ a", "checker waits"}},
		{"newline and more behind another event", []trace.Event{out("a"), action("waits", ""), out("\nb\n")}, []string{"┃ a", "checker waits", "┃ b"}},
		{"a prompt and its answer", []trace.Event{out("> "), out("x\n")}, []string{"┃ > x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for i, l := range test.want {
				test.want[i] = rail(l)
			}
			assert.Equal(t, strings.Join(test.want, "\n"), body(t, test.events...))
		})
	}
}

func TestCharacterSplitBetweenTwoReadsIsWhole(t *testing.T) {
	whole := "太白\n"
	got := body(t, printed(trace.Server, "server", trace.Stdout, whole[:2]), printed(trace.Server, "server", trace.Stdout, whole[2:]))
	assert.Contains(t, got, "┃ 太白")
}

func TestOutputCannotRepaintTheTerminal(t *testing.T) {
	got := draw(t, Options{Width: 120}, printed(trace.Server, "server", trace.Stdout, "\x1b[2J\r\a\x7f\u009b1m\u202e\xff\tx\n"))
	assert.Contains(t, got, `\x1b[2J\r\a`)
	for _, r := range strings.ReplaceAll(got, "\n", "") {
		assert.True(t, unicode.IsPrint(r), "%q", r)
	}
}

func TestLongLineIsCutAndSaysSo(t *testing.T) {
	got := draw(t, Options{Width: 200}, printed(trace.Client, "client", trace.Stdout, strings.Repeat("x", 100_000)))
	assert.Equal(t, lineLimit, strings.Count(got, "x"))
	assert.Contains(t, got, "98976 more bytes")
}

func TestProgramsAreNamedWhereAHostHasSeveral(t *testing.T) {
	alone := body(t, started(trace.Client, "client"), printed(trace.Client, "client", trace.Stdout, "hi\n"))
	assert.NotContains(t, alone, "client")
	both := body(t, started(trace.Client, "client"), started(trace.Client, "other"),
		printed(trace.Client, "other", trace.Stdout, "hi\nho\n"), printed(trace.Client, "client", trace.Stdout, "ho\n"))
	assert.Contains(t, both, "other starts")
	assert.Equal(t, 1, strings.Count(both, "other:"), "once for all it says in one go")
	assert.Contains(t, both, "client:")
}

func TestAFailedWriteIsReported(t *testing.T) {
	broken := errors.New("pipe broke")
	err := NewText(failing{broken}, Options{}).Event(action("waits", ""))
	assert.ErrorIs(t, err, broken)
	assert.ErrorContains(t, err, "draw timeline: ")
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestTimesFitTheirColumn(t *testing.T) {
	for at, want := range map[time.Duration]string{
		0:                           "    0.0",
		1500 * time.Microsecond:     "    1.5",
		99_999 * time.Millisecond:   "99999.0",
		100 * time.Second:           " 100000",
		3 * time.Hour:               " 10800s",
		1000 * 24 * time.Hour:       "  1000d",
		-time.Second:                "    0.0",
		time.Duration(1<<63 - 1):    "106751d",
		10_000 * time.Second:        " 10000s",
		9_999_999_000_000:           "9999999",
		99_999_960 * 1_000:          "  99999", // rounded it would be 100000.0
		99_999_940 * 1_000:          "99999.9",
		999_999*time.Second + 1e8:   "999999s",
		1_000_000 * time.Second:     "    11d",
		time.Duration(-(1<<63 - 1)): "    0.0",
	} {
		assert.Equal(t, want, clock(at), "%v", at)
	}
}

var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestNoLineIsWiderThanTheTerminalAndNoEventIsLost(t *testing.T) {
	var runs []trace.Event
	for _, name := range []string{"hello", "faults", "ask", "refused", "calls"} {
		runs = append(runs, recorded(t, name)...)
	}
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Width: rapid.IntRange(-1, 250).Draw(t, "width"),
			Color: rapid.Bool().Draw(t, "color"),
			ASCII: rapid.Bool().Draw(t, "ascii"),
			Names: map[trace.Host]string{trace.Client: anyText().Draw(t, "name")},
		}
		var b bytes.Buffer
		text := NewText(&b, o)
		for range rapid.IntRange(1, 8).Draw(t, "events") {
			e := anyEvent(runs).Draw(t, "event")
			drawn := b.Len()
			require.NoError(t, text.Event(e))
			switch {
			case e.Kind == trace.KindOutput: // it may wait, or end a line that is drawn
			case e.Kind == trace.KindCall && e.Call != nil && e.Call.Return == nil: // it waits for its return
			case e.Kind == trace.KindSocket && !e.Socket.Gone && e.Socket.State == e.Socket.Was: // perhaps only its queues
			default:
				require.Greater(t, b.Len(), drawn, "event %+v leaves a trace", e)
			}
		}
		require.NoError(t, text.Close())
		for l := range strings.Lines(b.String()) {
			l = sgr.ReplaceAllString(strings.TrimSuffix(l, "\n"), "")
			require.LessOrEqual(t, (&runewidth.Condition{}).StringWidth(l), max(o.Width, minWidth), "%q", l)
			for _, r := range l {
				require.True(t, unicode.IsPrint(r), "%q in %q", r, l)
				require.True(t, !o.ASCII || r < 0x80, "%q in %q", r, l)
			}
		}
	})
}

func TestEveryLineOfOutputIsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []trace.Event
		lines := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,8}`), 1, 6).Draw(t, "lines")
		rest := strings.Join(lines, "\n")
		for rest != "" {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			events = append(events, printed(trace.Server, "server", trace.Stdout, rest[:n]))
			rest = rest[n:]
		}
		var b bytes.Buffer
		text := NewText(&b, Options{Width: 100})
		for _, e := range events {
			require.NoError(t, text.Event(e))
		}
		require.NoError(t, text.Close())
		var got []string
		for l := range strings.Lines(b.String()) {
			if _, shown, ok := strings.Cut(l, "┃ "); ok {
				got = append(got, strings.TrimSpace(shown))
			}
		}
		require.Equal(t, lines, got)
	})
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringN(0, 300, -1),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`([a-z]{1,30} {1,3}){0,20}`),
		rapid.StringOf(rapid.SampledFrom([]rune("太白─▶e\u0301\u200d\ufe0f👩👍🏽🇨🇭é \n\t\x1bﷺ"))),
	)
}

func anyEvent(runs []trace.Event) *rapid.Generator[trace.Event] {
	return rapid.Custom(func(t *rapid.T) trace.Event {
		e := trace.Event{
			At:   time.Duration(rapid.Int64().Draw(t, "at")),
			Host: rapid.SampledFrom([]trace.Host{trace.Client, trace.Server, ""}).Draw(t, "host"),
		}
		program := rapid.OneOf(rapid.SampledFrom([]string{"client", "server", ""}), anyText()).Draw(t, "program")
		text := anyText()
		switch rapid.IntRange(0, 10).Draw(t, "kind") {
		case 0:
			e.Kind, e.Process = trace.KindProcess, &trace.Process{Program: program}
			if rapid.Bool().Draw(t, "ended") {
				e.Process.Exit = &trace.Exit{Status: rapid.Int().Draw(t, "status"), Signal: text.Draw(t, "signal")}
			}
		case 1:
			stream := rapid.SampledFrom([]trace.Stream{trace.Stdout, trace.Stderr}).Draw(t, "stream")
			e.Kind, e.Output = trace.KindOutput, &trace.Output{Program: program, Stream: stream, Data: []byte(text.Draw(t, "data"))}
		case 2:
			e.Kind, e.Input = trace.KindInput, &trace.Input{Program: program, Data: []byte(text.Draw(t, "data")), EOF: rapid.Bool().Draw(t, "eof")}
		case 3:
			e.Kind, e.Action = trace.KindAction, &trace.Action{Actor: program, Text: text.Draw(t, "text"), Data: []byte(text.Draw(t, "data"))}
		case 4:
			e.Kind = trace.Kind(text.Draw(t, "unknown"))
		case 5:
			e = rapid.SampledFrom(runs).Draw(t, "real")
		case 6:
			bytes := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
			e.Kind, e.Frame = trace.KindFrame, &trace.Frame{Bytes: bytes, Length: rapid.Int().Draw(t, "length"),
				Held: time.Duration(rapid.Int64().Draw(t, "held"))}
		case 9:
			host, n := e.Host, rapid.IntRange(1, 9).Draw(t, "conn")
			e = relayed(host, "udp", n, rapid.SampledFrom([]trace.RelayWhat{trace.RelayConnected, trace.RelayData, trace.RelayEnded,
				trace.RelayReset, trace.RelayRefused, trace.RelayFailed, trace.RelayWhat(program)}).Draw(t, "what"), text.Draw(t, "data"))
			e.Relay.Error = program
		case 10:
			e.Kind, e.Act = trace.KindAct, &trace.Act{Number: rapid.Int().Draw(t, "number"), Title: text.Draw(t, "title")}
		case 7:
			e.Kind, e.Call = trace.KindCall, anyCall(program).Draw(t, "call")
		case 8:
			e.Kind, e.Socket = trace.KindSocket, anySocket().Draw(t, "socket")
		}
		if e.Frame != nil {
			f := *e.Frame
			f.Fate = rapid.SampledFrom([]trace.Fate{trace.Delivered, trace.Dropped, trace.Duplicated, trace.Corrupted, ""}).Draw(t, "fate")
			e.Frame = &f
		}
		return e
	})
}
