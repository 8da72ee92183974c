package tui

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// recorded returns the events of a run that the ladder's tests have.
func recorded(t testing.TB, name string) []trace.Event {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "ladder", "testdata", name+".jsonl"))
	require.NoError(t, err)
	defer f.Close()
	events, err := trace.ReadJSON(f)
	require.NoError(t, err)
	require.NotEmpty(t, events)
	return events
}

func tell(events ...trace.Event) *story {
	s := newStory("→")
	for _, e := range events {
		s.add(e)
	}
	return s
}

func texts(s *story) (out []string) {
	for _, r := range s.rows {
		out = append(out, r.text)
	}
	return out
}

func entry(number int, name string, args ...string) trace.Event {
	return trace.Event{Kind: trace.KindCall, Host: trace.Server,
		Call: &trace.Call{Program: "server", Number: number, Name: name, Args: args, FD: 3}}
}

func returns(e trace.Event, value int64, errno string, args ...string) trace.Event {
	c := *e.Call
	c.Args = append(append([]string(nil), c.Args...), args...)
	c.Return = &trace.Return{Value: value, Errno: errno, Waited: 3100 * time.Microsecond}
	e.Call = &c
	return e
}

func printed(text string) trace.Event {
	return trace.Event{Kind: trace.KindOutput, Host: trace.Server,
		Output: &trace.Output{Program: "server", Stream: trace.Stdout, Data: []byte(text)}}
}

func TestACallIsOneRowWhileNothingComesBetween(t *testing.T) {
	accept := entry(1, "accept", "3")
	accepted := returns(accept, 4, "", "10.0.0.1:40000")
	accepted.Call.FD = 4
	bound := entry(2, "bind", "3", "10.0.0.9:1")

	s := tell(accept)
	require.Equal(t, []string{"accept(3)"}, texts(s))
	assert.True(t, s.rows[0].open)
	s.add(accepted)
	assert.Equal(t, []string{"accept(3, 10.0.0.1:40000) = 4, waited 3.1 ms"}, texts(s))
	assert.False(t, s.rows[0].open)

	s = tell(accept, printed("hi\n"), accepted)
	assert.Equal(t, []string{"accept(3)", "hi", "accept(3) = 4, 10.0.0.1:40000, waited 3.1 ms"}, texts(s))
	assert.False(t, s.rows[0].open)

	s = tell(accept, printed("hi\n"), returns(accept, -1, "EAGAIN", "65535"))
	assert.Equal(t, []string{"accept(3)", "hi", "accept(3) = -1 EAGAIN, waited 3.1 ms"}, texts(s))

	queue := trace.Event{Kind: trace.KindSocket, Host: trace.Server, Socket: &trace.Socket{Network: "tcp", State: "LISTEN", Was: "LISTEN", Inode: 7}}
	known := queue
	known.Socket = &trace.Socket{Network: "tcp", State: "LISTEN", Inode: 7}
	s = tell(known, bound, queue, returns(bound, -1, "EADDRNOTAVAIL"))
	assert.Equal(t, []string{"LISTEN", "bind(3, 10.0.0.9:1) = -1 EADDRNOTAVAIL"}, texts(s), "queues interrupt nothing")
	assert.True(t, s.rows[1].fault)

	s = tell(accepted)
	assert.Equal(t, []string{"accept(4) = 4, waited 3.1 ms"}, texts(s), "a return whose entry is not known")
}

func TestEachLineAProgramPrintsIsARow(t *testing.T) {
	assert.Equal(t, []string{"one", "two", "half", "x"}, texts(tell(printed("one\ntwo\nhalf"), printed("\n"), printed("x\n"))))
	assert.Equal(t, []string{"", "y"}, texts(tell(printed("\n"), printed("y"))), "an empty line is one too")
}

func TestWhatIsPrintedAtOnceHasOneTime(t *testing.T) {
	both := printed("one\ntwo\n")
	both.At = 1500 * time.Microsecond
	m := newModel(Options{Recording: []trace.Event{both}, Names: addresses})
	screen := strings.Join(m.view(size{80, 24}), "\n")
	assert.Regexp(t, `1\.5 .* one$`, strings.TrimRight(lineWith(screen, "one"), " \n"))
	assert.Regexp(t, `^ +│ .*┃ two$`, strings.TrimRight(lineWith(screen, "two"), " \n"))
}

func TestMarksAndResultsAreNotCutOff(t *testing.T) {
	long := tcpAgain(t)
	sends := entry(1, "sendto", "5", strconv.Quote(strings.Repeat("x", 100)), "100", "10.0.0.1:40015")
	for _, w := range []int{40, 60, 80, 120} {
		m := newModel(Options{Recording: []trace.Event{long, sends, returns(sends, 100, "")}, Names: addresses})
		screen := strings.Join(m.view(size{w, 24}), "\n")
		assert.Contains(t, screen, "(again)", "at %d columns:\n%s", w, screen)
		assert.Contains(t, screen, " = 100, waited 3.1 ms", "at %d columns:\n%s", w, screen)
	}
}

// tcpAgain returns a segment with much to say that is sent again.
func tcpAgain(t *testing.T) trace.Event {
	for _, e := range recorded(t, "hello") {
		if e.Frame != nil && strings.Contains(string(e.Frame.Bytes), "hello") {
			f := *e.Frame
			f.Again = true
			e.Frame = &f
			return e
		}
	}
	t.Fatal("nobody says hello")
	return trace.Event{}
}

func TestAProgramIsNamedWhereThereAreTwo(t *testing.T) {
	starts := func(name string) trace.Event {
		return trace.Event{Kind: trace.KindProcess, Host: trace.Server, Process: &trace.Process{Program: name}}
	}
	assert.Equal(t, []string{"starts", "second: starts", "server: hi"}, texts(tell(starts("server"), starts("second"), printed("hi\n"))))
}

func TestCallsOfChildrenSaySo(t *testing.T) {
	accept, recv := entry(1, "accept", "3"), entry(2, "recv", "4")
	recv.Call.PID = 9
	s := tell(accept, recv, returns(recv, 1, "", `"a"`), returns(accept, 5, ""))
	assert.Equal(t, []string{"accept(3)", `child 1: recv(4, "a") = 1, waited 3.1 ms`, "accept(3) = 5, waited 3.1 ms"}, texts(s))
	d := detailOf(&s.rows[1])
	assert.Equal(t, "child 1 of the server calls recv", d.title)
	assert.Contains(t, d.said, "A process that the program made makes this call: process 9.")
	assert.Equal(t, "the server calls accept", detailOf(&s.rows[2]).title)
}

func TestAnActStandsOverAllColumns(t *testing.T) {
	act := trace.Event{Kind: trace.KindAct, Act: &trace.Act{Number: 2, Title: "a wire that loses"}}
	for _, w := range []int{40, 80, 120} {
		m := newModel(Options{Recording: append([]trace.Event{act}, recorded(t, "hello")...), Names: addresses})
		m.key("r", "r")
		m.key("home", "")
		m.key("g", "g")
		screen := strings.Join(m.view(size{w, 200}), "\n")
		assert.Contains(t, screen, "Act 2: a wire that loses", "at %d columns:\n%s", w, screen)
	}
}

func TestAHeldFrameIsToldWithoutBeingSent(t *testing.T) {
	events := recorded(t, "hello")
	s := newStory("→")
	var syn trace.Event
	for _, e := range events {
		if p := s.frameOf(e); p.Flags == "SYN" {
			syn = e
			break
		}
		s.add(e)
	}
	require.NotNil(t, syn.Frame)
	held := s.waiting(syn)
	assert.Equal(t, "SYN seq=0 win=64240", held.text)
	assert.Equal(t, "SYN seq=0 win=64240", s.waiting(syn).text, "being shown twice is not being sent twice")
	lost := syn
	f := *syn.Frame
	f.Fate = trace.Dropped
	lost.Frame = &f
	s.add(lost)
	again := syn
	repeated := *syn.Frame
	repeated.Again = true
	again.Frame = &repeated
	assert.Equal(t, "SYN seq=0 win=64240 (again)", s.waiting(again).text)
	s.add(syn)
	assert.Equal(t, "SYN seq=0 win=64240 (again)", s.rows[len(s.rows)-1].text)
}

// frameOf decodes a frame as if it stood alone.
func (s *story) frameOf(e trace.Event) trace.Packet {
	p, _ := new(trace.Decoder).Decode(e)
	return p
}

func TestTheTablesAreThoseOfTheMoment(t *testing.T) {
	s := tell(recorded(t, "calls")...)
	shown := func(n int) (out []string) {
		for _, h := range []trace.Host{trace.Client, trace.Server} {
			for _, k := range s.tablesAt(n)[h] {
				out = append(out, string(h)+" "+k.State)
			}
		}
		return out
	}
	when := func(h trace.Host, state string) int {
		for i, e := range s.events {
			if e.Socket != nil && e.Host == h && e.Socket.State == state && !e.Socket.Gone {
				return i + 1
			}
		}
		t.Fatalf("%s is never %s", h, state)
		return 0
	}
	assert.Empty(t, shown(0))
	assert.Equal(t, []string{"server LISTEN"}, shown(when(trace.Server, "LISTEN")))
	assert.Equal(t, []string{"client SYN-SENT", "server LISTEN"}, shown(when(trace.Client, "SYN-SENT")))
	assert.Equal(t, []string{"client ESTABLISHED", "server LISTEN"}, shown(when(trace.Client, "ESTABLISHED")))
	assert.Empty(t, shown(len(s.events)), "all are closed in the end")
	assert.Equal(t, []string{"server LISTEN"}, shown(when(trace.Server, "LISTEN")), "and one can go back")
}

func TestATableFindsItsSocketAgain(t *testing.T) {
	at := netip.MustParseAddrPort
	open := trace.Socket{Network: "tcp", State: "ESTABLISHED", Local: at("10.0.0.2:1"), Remote: at("10.0.0.1:2"), Inode: 5}
	table := make(tables)
	assert.False(t, table.apply(trace.Server, open))
	twin := open
	twin.Inode, twin.Remote = 6, at("10.0.0.1:3")
	assert.False(t, table.apply(trace.Server, twin))
	orphan := open
	orphan.Inode, orphan.State = 0, "FIN-WAIT-1" // no program has it any more
	assert.True(t, table.apply(trace.Server, orphan))
	assert.Equal(t, []trace.Socket{orphan, twin}, table[trace.Server])
	orphan.Gone = true
	assert.True(t, table.apply(trace.Server, orphan))
	assert.Equal(t, []trace.Socket{twin}, table[trace.Server])
	assert.False(t, table.apply(trace.Server, orphan), "it is gone already")
	assert.Empty(t, table[trace.Client])
}
