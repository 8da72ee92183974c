package ladder

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/learnnet/learnnet/internal/trace"
)

// entry is a program's call number n; exit is its return.
func entry(h trace.Host, n int, name string, args ...string) trace.Event {
	return trace.Event{Kind: trace.KindCall, Host: h, Call: &trace.Call{Program: string(h), Number: n, Name: name, Args: args, FD: 3}}
}

func exit(e trace.Event, value int64, errno string, waited time.Duration, args ...string) trace.Event {
	c := *e.Call
	if args != nil {
		c.Args = args
	}
	c.Return = &trace.Return{Value: value, Errno: errno, Waited: waited}
	e.Call = &c
	return e
}

func queued(h trace.Host, state, was string, bytes uint32) trace.Event {
	return trace.Event{Kind: trace.KindSocket, Host: h, Socket: &trace.Socket{Network: "tcp", State: state, Was: was, RecvQ: bytes,
		Local: netip.MustParseAddrPort("10.0.0.2:8898"), Remote: netip.MustParseAddrPort("10.0.0.1:40000")}}
}

// rows returns what is told of events, a line a row.
func rows(events ...trace.Event) string {
	t := newTeller("→")
	for _, e := range events {
		t.event(e)
	}
	t.interrupt()
	var lines []string
	for _, r := range t.take() {
		lines = append(lines, fmt.Sprintf("%v %s: %s", r.at.Milliseconds(), r.host, r.text()))
	}
	return strings.Join(lines, "\n")
}

func at(ms int, e trace.Event) trace.Event {
	e.At = time.Duration(ms) * time.Millisecond
	return e
}

func TestCallThatNothingInterruptsIsOneLine(t *testing.T) {
	accept := entry(trace.Server, 1, "accept", "3")
	assert.Equal(t, "5 server: accept(3, 10.0.0.1:40000) = 4, waited 3.1 ms",
		rows(at(5, accept), at(8, exit(accept, 4, "", 3100*time.Microsecond, "3", "10.0.0.1:40000"))))

	listen := entry(trace.Server, 2, "listen", "3", "128")
	assert.Equal(t, "5 server: listen(3, 128) = 0", rows(at(5, listen), at(5, exit(listen, 0, "", time.Microsecond))))

	recv := entry(trace.Server, 3, "recv", "4", "1024")
	assert.Equal(t, "0 server: 10.0.0.2:8898 → 10.0.0.1:40000 ESTABLISHED\n5 server: recv(4, \"hi\", 1024) = 2", rows(
		queued(trace.Server, "ESTABLISHED", "", 0), at(5, recv), queued(trace.Server, "ESTABLISHED", "ESTABLISHED", 2),
		exit(recv, 2, "", 0, "4", `"hi"`, "1024")), "bytes in a queue are not told")
}

func TestReturnNamesTheDescriptorIfAnotherCallOfThatNameIsOpen(t *testing.T) {
	first, second := entry(trace.Server, 1, "accept", "3"), entry(trace.Server, 2, "accept", "4")
	second.Call.FD = 4
	returned := exit(second, 7, "", 0)
	returned.Call.FD = 7 // a return is about the socket that it makes
	output := trace.Event{Kind: trace.KindOutput, Host: trace.Server, Output: &trace.Output{Program: "server", Data: []byte("x\n")}}
	assert.Contains(t, rows(first, second, output, returned), "server: accept(4) = 7")

	ended := trace.Event{Kind: trace.KindProcess, Host: trace.Server, Process: &trace.Process{Program: "server", Exit: &trace.Exit{}}}
	assert.Contains(t, rows(first, ended, second, output, returned), "server: accept = 7", "the first one's program has ended")
}

func TestCallThatSomethingComesBetweenHasTwoLines(t *testing.T) {
	accept, connect := entry(trace.Server, 1, "accept", "3"), entry(trace.Client, 1, "connect", "3", "10.0.0.2:8898")
	assert.Equal(t, strings.Join([]string{
		"1 server: calls accept(3)",
		"2 client: connect(3, 10.0.0.2:8898) = 0",
		"4 server: accept = 4, 10.0.0.1:40000, waited 3.1 ms",
	}, "\n"), rows(at(1, accept), at(2, connect), at(3, exit(connect, 0, "", 0)),
		at(4, exit(accept, 4, "", 3100*time.Microsecond, "3", "10.0.0.1:40000"))))

	assert.Equal(t, "1 server: calls accept(3)", rows(at(1, accept)), "one that never returned")
	assert.Equal(t, "1 server: accept(3) = 4", rows(at(1, exit(accept, 4, "", 0))), "one whose entry nobody saw")
	assert.Equal(t, "0 client: a\n1 server: calls accept(3)\n0 client: b\n2 server: accept = 4",
		rows(printed(trace.Client, "client", trace.Stdout, "a"), at(1, accept), printed(trace.Client, "client", trace.Stdout, "b\n"), at(2, exit(accept, 4, "", 0))))
}

func TestReturnNamesItsSocketWhereTheCallAloneIsNotClear(t *testing.T) {
	one, two := entry(trace.Server, 1, "recv", "4", "9"), entry(trace.Server, 2, "recv", "5", "9")
	one.Call.FD, two.Call.FD = 4, 5
	assert.Equal(t, strings.Join([]string{
		"0 server: calls recv(4, 9)", "0 server: calls recv(5, 9)",
		`0 server: recv(4) = 1, "a"`, `0 server: recv = 1, "b"`,
	}, "\n"), rows(one, two, exit(one, 1, "", 0, "4", `"a"`, "9"), exit(two, 1, "", 0, "5", `"b"`, "9")))
}

func TestCallsOfChildrenSaySo(t *testing.T) {
	by := func(pid int, e trace.Event) trace.Event {
		c := *e.Call
		c.PID, e.Call = pid, &c
		return e
	}
	starts := started(trace.Server, "server")
	starts.Process.PID = 7
	accept, recv := by(7, entry(trace.Server, 1, "accept", "3")), by(9, entry(trace.Server, 2, "recv", "4", "9"))
	assert.Equal(t, strings.Join([]string{
		"0 server: starts", "0 server: accept(3) = 4", "0 server: child 1 calls recv(4, 9)", "0 server: accept(3) = 5",
		`0 server: child 1: recv = 1, "a"`, "0 server: child 1: recv(4, 9) = 0",
	}, "\n"), rows(starts, accept, exit(accept, 4, "", 0), recv, accept, exit(accept, 5, "", 0), exit(recv, 1, "", 0, "4", `"a"`, "9"),
		recv, exit(recv, 0, "", 0)))
	other := started(trace.Server, "other")
	other.Process.PID = 8
	assert.Contains(t, rows(starts, other, accept, exit(accept, 4, "", 0), recv), "server child 1 calls recv(4, 9)")
}

func TestErrorsAreExplained(t *testing.T) {
	connect := entry(trace.Client, 1, "connect", "3", "10.0.0.2:9")
	assert.Equal(t, "0 client: connect(3, 10.0.0.2:9) = -1 ECONNREFUSED: nobody listens there",
		rows(connect, exit(connect, -1, "ECONNREFUSED", 0)))
	assert.Equal(t, "0 client: connect(3, 10.0.0.2:9) = -1 ESTRANGE", rows(connect, exit(connect, -1, "ESTRANGE", 0)))
}

func TestCallsNameTheirProgramWhereAHostHasSeveral(t *testing.T) {
	accept := entry(trace.Server, 1, "accept", "3")
	got := rows(started(trace.Server, "server"), started(trace.Server, "other"), accept, action("waits", ""), exit(accept, 4, "", 0), accept, exit(accept, 5, "", 0))
	assert.Contains(t, got, "server calls accept(3)\n")
	assert.Contains(t, got, "server: accept = 4\n")
	assert.Contains(t, got, "server: accept(3) = 5")
}

func TestSocketStates(t *testing.T) {
	gone := queued(trace.Server, "", "TIME-WAIT", 0)
	gone.Socket.Gone = true
	udp := trace.Event{Kind: trace.KindSocket, Host: trace.Client, Socket: &trace.Socket{Network: "udp", Local: netip.MustParseAddrPort("0.0.0.0:9090")}}
	unix := trace.Event{Kind: trace.KindSocket, Host: trace.Client, Socket: &trace.Socket{Network: "unix", Path: "/tmp/x.sock", State: "LISTEN", Inode: 5}}
	unnamed := trace.Event{Kind: trace.KindSocket, Host: trace.Client, Socket: &trace.Socket{Network: "unix", Inode: 6}}
	assert.Equal(t, strings.Join([]string{
		"0 server: 10.0.0.2:8898 → 10.0.0.1:40000 ESTABLISHED",
		"0 server: :8898 → :40000 ESTABLISHED → FIN-WAIT-1",
		"0 server: :8898 → :40000 closed",
		"0 server: 10.0.0.2:8898 → 10.0.0.1:40000 SYN-RECV → ESTABLISHED",
		"0 client: UDP 0.0.0.0:9090 open",
		"0 client: unix /tmp/x.sock LISTEN",
		"0 client: unix socket open",
	}, "\n"), rows(queued(trace.Server, "ESTABLISHED", "", 0), queued(trace.Server, "FIN-WAIT-1", "ESTABLISHED", 0), gone,
		queued(trace.Server, "ESTABLISHED", "SYN-RECV", 0), udp, udp, unix, unnamed))
}

func TestEveryCallIsToldWithItsResultInItsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events, open []trace.Event
		for i := range rapid.IntRange(1, 20).Draw(t, "events") {
			if len(open) > 0 && rapid.Bool().Draw(t, "returns") {
				n := rapid.IntRange(0, len(open)-1).Draw(t, "which")
				events = append(events, exit(open[n], int64(open[n].Call.Number), "", 0))
				open = append(open[:n], open[n+1:]...)
				continue
			}
			e := entry(rapid.SampledFrom([]trace.Host{trace.Client, trace.Server}).Draw(t, "host"), i, fmt.Sprintf("call%d", i), "3")
			events, open = append(events, e), append(open, e)
		}
		var want []string
		for i, e := range events {
			c := e.Call
			last := i > 0 && events[i-1].Call.Number == c.Number
			next := i+1 < len(events) && events[i+1].Call.Number == c.Number
			switch {
			case c.Return == nil && !next:
				want = append(want, fmt.Sprintf("0 %s: calls call%d(3)", e.Host, c.Number))
			case c.Return != nil && last:
				want = append(want, fmt.Sprintf("0 %s: call%d(3) = %d", e.Host, c.Number, c.Number))
			case c.Return != nil:
				want = append(want, fmt.Sprintf("0 %s: call%d = %d", e.Host, c.Number, c.Number))
			}
		}
		require.Equal(t, strings.Join(want, "\n"), rows(events...))
	})
}

func anyCall(program string) *rapid.Generator[*trace.Call] {
	return rapid.Custom(func(t *rapid.T) *trace.Call {
		c := &trace.Call{Program: program, Number: rapid.IntRange(0, 2).Draw(t, "number"), FD: rapid.IntRange(-1, 9).Draw(t, "fd"),
			Name: rapid.OneOf(rapid.SampledFrom([]string{"accept", "recv"}), anyText()).Draw(t, "name"),
			Args: rapid.SliceOfN(anyText(), 0, 3).Draw(t, "args"), Data: rapid.SliceOf(rapid.Byte()).Draw(t, "data")}
		if rapid.Bool().Draw(t, "returned") {
			c.Return = &trace.Return{Value: rapid.Int64().Draw(t, "value"), Waited: time.Duration(rapid.Int64().Draw(t, "waited")),
				Errno: rapid.OneOf(rapid.SampledFrom([]string{"", "ECONNREFUSED"}), anyText()).Draw(t, "errno")}
		}
		return c
	})
}

func anySocket() *rapid.Generator[*trace.Socket] {
	address := func(t *rapid.T, label string) netip.AddrPort {
		text := rapid.SampledFrom([]string{"", "10.0.0.1:80", "[2001:db8:1111:2222:3333:4444:5555:6666%eth0]:65535"}).Draw(t, label)
		a, _ := netip.ParseAddrPort(text)
		return a
	}
	state := rapid.OneOf(rapid.SampledFrom([]string{"", "LISTEN", "ESTABLISHED", "FIN-WAIT-1"}), anyText())
	return rapid.Custom(func(t *rapid.T) *trace.Socket {
		return &trace.Socket{Network: rapid.SampledFrom([]string{"tcp", "udp", "unix", ""}).Draw(t, "network"),
			State: state.Draw(t, "state"), Was: state.Draw(t, "was"), Local: address(t, "local"), Remote: address(t, "remote"),
			Path: rapid.OneOf(rapid.Just(""), anyText()).Draw(t, "path"), Gone: rapid.Bool().Draw(t, "gone")}
	})
}
