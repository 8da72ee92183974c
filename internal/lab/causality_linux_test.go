//go:build amd64 || arm64

package lab

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// What a call causes stands behind its entry, and what made it return before
// its return, in each of a thousand conversations.
func TestCauseStandsBeforeEffect(t *testing.T) {
	const runs = 1000
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{}})
	server := startPython(t, l, "s = socket.create_server(('10.0.0.2', 9000)); print('ready')\n"+
		"while True:\n  c, _ = s.accept(); c.sendall(c.recv(100)); c.close()")
	printed(t, server, "ready")
	client, err := l.Client().Start(within(t), Command{Name: "client", Path: python(t), Args: []string{"-c", `
import socket
for i in range(` + strconv.Itoa(runs) + `):
    s = socket.create_connection(("10.0.0.2", 9000))
    s.sendall(b"%d" % i)
    while s.recv(100): pass
    s.close()
`}})
	require.NoError(t, err)
	exit, err := client.Wait(within(t))
	require.NoError(t, err)
	require.True(t, exit.OK(), "%s", client.Stderr())
	requireCausal(t, l.Timeline().Events(), runs)
	require.NoError(t, l.Close())
}

// requireCausal holds every conversation's segments against the calls that
// caused them and those that they made return. Conversations come one after
// another, so that an order within each is an order within all.
func requireCausal(t *testing.T, events []trace.Event, runs int) {
	t.Helper()
	var d trace.Decoder
	connects, syns, accepts, sent, onWire, received := 0, 0, 0, 0, 0, 0
	for _, e := range events {
		p, isFrame := d.Decode(e)
		c := e.Call
		switch {
		case isFrame && p.Flags == "SYN" && !p.Retransmission:
			syns++
			require.LessOrEqual(t, syns, connects, "event %d: SYN before its connect", e.Seq)
		case isFrame && p.Length > 0 && !p.Retransmission:
			onWire++
			require.LessOrEqual(t, onWire, sent, "event %d: a segment before the call that sends it", e.Seq)
		case c == nil:
		case c.Name == "connect" && c.Return == nil:
			connects++
		case c.Name == "accept" && c.Return != nil:
			accepts++
			require.LessOrEqual(t, accepts, syns, "event %d: accepted before the SYN", e.Seq)
		case c.Name == "send" && c.Return == nil:
			sent++
		case c.Name == "recv" && c.Return != nil && c.Return.Value > 0:
			received++
			require.LessOrEqual(t, received, onWire, "event %d: received before it was on the wire", e.Seq)
		}
	}
	require.Equal(t, []int{runs, runs, runs, 2 * runs, 2 * runs, 2 * runs},
		[]int{connects, syns, accepts, sent, onWire, received})
}

// Every call of ten thousand round trips is in the timeline, once, and in the
// order in which its program made it.
func TestNoCallIsLost(t *testing.T) {
	const rounds = 10_000
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{}})
	playEcho(t, l, buildEcho(t), strconv.Itoa(rounds))
	counts := map[string]int{}
	last := map[string]int{}
	for _, e := range l.Timeline().Events() {
		c := e.Call
		if c == nil {
			continue
		}
		if c.Return == nil {
			require.Equal(t, last[c.Program]+1, c.Number, "event %d: a call of the %s is missing or out of order", e.Seq, c.Program)
			last[c.Program] = c.Number
		} else if (c.Name == "read" || c.Name == "write") && c.Return.Value == int64(len("hello!")) {
			counts[c.Program+" "+c.Name]++
		}
	}
	assert.Equal(t, map[string]int{"client write": rounds, "client read": rounds, "server write": rounds, "server read": rounds}, counts)
}
