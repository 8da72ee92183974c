package lab

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/learnnet/learnnet/internal/trace"
)

// A relayed lab is a loopback lab with a relay to a port of its server.
type relayed struct {
	*Lab
	t        testing.TB
	via, own string // where a client reaches the port, and where a server uses it
}

const relayedPort = 8898

func openRelayed(t testing.TB) relayed {
	t.Helper()
	l := openLab(t, Config{Isolation: Loopback, Timeline: trace.New()})
	via, err := l.Server().Reach(relayedPort)
	require.NoError(t, err)
	return relayed{l, t, via.String(), serverAddr(t, l, relayedPort)}
}

// connect returns both ends of a connection through the relay.
func (r relayed) connect() (client, server *net.TCPConn) {
	r.t.Helper()
	ln, err := r.Server().Listen(within(r.t), "tcp", r.own)
	require.NoError(r.t, err)
	defer ln.Close()
	c, err := r.Client().Dial(within(r.t), "tcp", r.via)
	require.NoError(r.t, err)
	s, err := ln.Accept()
	require.NoError(r.t, err)
	for _, conn := range []net.Conn{c, s} {
		require.NoError(r.t, conn.SetDeadline(time.Now().Add(patience)))
		r.t.Cleanup(func() { _ = conn.Close() })
	}
	return c.(*net.TCPConn), s.(*net.TCPConn)
}

// heard waits until the relay has seen the end of all connections.
func (r relayed) heard() {
	r.t.Helper()
	for _, h := range []*Host{r.Client(), r.Server()} {
		require.NoError(r.t, h.AwaitRelayed(within(r.t)))
	}
}

// told returns what the relay told, "client connects", in its order.
func (r relayed) told() (out []string) {
	for _, e := range r.Timeline().Events() {
		if e.Relay != nil {
			out = append(out, fmt.Sprintf("%s %s", e.Host, e.Relay.Summary()))
		}
	}
	return out
}

// until waits until the relay has told n things.
func (r relayed) until(n int) {
	r.t.Helper()
	for range r.Timeline().Follow(within(r.t)) {
		if len(r.told()) >= n {
			return
		}
	}
	require.FailNow(r.t, "the relay told too little", "%q", r.told())
}

func TestReachIsAddrOnTwoHostsAndARelayOnTheLoopback(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		own, err := l.Server().Addr(relayedPort)
		require.NoError(t, err)
		via, err := l.Server().Reach(relayedPort)
		require.NoError(t, err)
		assert.Equal(t, l.Isolation() == TwoHosts, own == via)
		again, err := l.Server().Reach(relayedPort)
		require.NoError(t, err)
		assert.Equal(t, via, again)
		other, err := l.Client().Reach(relayedPort)
		require.NoError(t, err)
		assert.NotEqual(t, via, other)
		require.NoError(t, l.Client().AwaitRelayed(within(t)))

		require.NoError(t, l.Close())
		_, err = l.Server().Reach(relayedPort)
		assert.ErrorIs(t, err, ErrClosed)
	})
}

func TestRelayTellsWhatBothSidesDo(t *testing.T) {
	r := openRelayed(t)
	c, s := r.connect()
	assertCarries(t, c, s)
	_, err := s.Write([]byte("hi"))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	answer, err := io.ReadAll(c)
	require.NoError(t, err)
	assert.Equal(t, "hi", string(answer))
	from := c.LocalAddr().String()
	require.NoError(t, c.Close())
	r.heard()
	assert.Equal(t, []string{"client connects", `client "hello!" 6 bytes`, `server "hi" 2 bytes`, "server ends its stream",
		"client ends its stream"}, r.told())
	for _, e := range r.Timeline().Events() {
		assert.Equal(t, trace.KindRelay, e.Kind)
		assert.Equal(t, []any{"tcp", 1, from, r.via, r.own},
			[]any{e.Relay.Network, e.Relay.Conn, e.Relay.Client.String(), e.Relay.Via.String(), e.Relay.Server.String()})
	}
}

func TestARelayOfAnIPv6AddressHasOneToo(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		own := netip.AddrPortFrom(ServerIP6, relayedPort)
		if l.Isolation() == Loopback {
			free, err := l.Server().Addr(relayedPort)
			require.NoError(t, err)
			own = netip.AddrPortFrom(netip.IPv6Loopback(), free.Port())
		}
		via, err := l.Server().ReachAddr(own)
		require.NoError(t, err)
		assert.Equal(t, l.Isolation() == TwoHosts, own == via)
		assert.Equal(t, own.Addr(), via.Addr())

		r := relayed{l, t, via.String(), own.String()}
		c, s := r.connect()
		assertCarries(t, c, s)
		require.NoError(t, c.Close())
		_, err = io.ReadAll(s) // the end
		require.NoError(t, err)
		require.NoError(t, s.Close())
		r.heard()
		if l.Isolation() == Loopback {
			assert.Equal(t, []string{"client connects", `client "hello!" 6 bytes`, "client ends its stream",
				"server ends its stream"}, r.told())
		}

		require.NoError(t, l.Close())
		_, err = l.Server().ReachAddr(own)
		assert.ErrorIs(t, err, ErrClosed)
	})
}

func TestRelayReachesTheClientToo(t *testing.T) {
	r := openRelayed(t)
	via, err := r.Client().Reach(9000)
	require.NoError(t, err)
	own, err := r.Client().Addr(9000)
	require.NoError(t, err)
	ln, err := r.Client().Listen(within(t), "tcp", own.String())
	require.NoError(t, err)
	c, err := r.Server().Dial(within(t), "tcp", via.String())
	require.NoError(t, err)
	s, err := ln.Accept()
	require.NoError(t, err)
	assertCarries(t, s, c)
	for _, closer := range []io.Closer{c, s, ln} {
		require.NoError(t, closer.Close())
	}
	r.heard()
	told := r.told()
	assert.Equal(t, []string{"server connects", `client "hello!" 6 bytes`}, told[:2])
	assert.ElementsMatch(t, []string{"server ends its stream", "client ends its stream"}, told[2:])
	first := r.Timeline().Events()[0].Relay
	assert.Equal(t, own, first.Client)
	assert.Equal(t, c.LocalAddr().String(), first.Server.String())
}

func TestRelayPassesOnHalfAClose(t *testing.T) {
	r := openRelayed(t)
	c, s := r.connect()
	_, err := c.Write([]byte("all"))
	require.NoError(t, err)
	require.NoError(t, c.CloseWrite())
	all, err := io.ReadAll(s)
	require.NoError(t, err, "the end of the client's stream comes through")
	assert.Equal(t, "all", string(all))
	assertCarries(t, s, c) // the other way is still open
	require.NoError(t, s.CloseWrite())
	rest, err := io.ReadAll(c)
	require.NoError(t, err)
	assert.Empty(t, rest)
	r.heard()
	assert.Equal(t, []string{"client connects", `client "all" 3 bytes`, "client ends its stream", `server "hello!" 6 bytes`,
		"server ends its stream"}, r.told())
}

func TestRelayPassesOnAReset(t *testing.T) {
	for _, side := range []trace.Host{trace.Client, trace.Server} {
		t.Run(string(side), func(t *testing.T) {
			r := openRelayed(t)
			gone, left := r.connect()
			if side == trace.Server {
				gone, left = left, gone
			}
			assertCarries(t, left, gone)
			require.NoError(t, gone.SetLinger(0))
			require.NoError(t, gone.Close())
			_, err := left.Read(make([]byte, 1))
			require.Error(t, err)
			assert.NotErrorIs(t, err, io.EOF, "that would be an end in order")
			assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
			r.heard()
			told := r.told()
			assert.Equal(t, string(side)+" resets", told[len(told)-1])
			assert.Len(t, told, 3)
		})
	}
}

// A server that closes while the client still sends resets what comes then.
func TestRelayTellsThatASideIsGoneThatItWritesTo(t *testing.T) {
	r := openRelayed(t)
	c, s := r.connect()
	require.NoError(t, s.Close())
	_, err := io.ReadAll(c)
	require.NoError(t, err)
	for err == nil { // until the reset comes back
		_, err = c.Write([]byte("x"))
	}
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	r.heard()
	told := r.told()
	assert.Equal(t, "server ends its stream", told[1])
	assert.Equal(t, "server resets", told[len(told)-1])
}

func TestRelayRefusesWhereNobodyListens(t *testing.T) {
	r := openRelayed(t)
	c, err := r.Client().Dial(within(t), "tcp", r.via)
	if err == nil { // otherwise the reset was there first
		defer c.Close()
		require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
		_, err = c.Read(make([]byte, 1))
	}
	require.Error(t, err)
	assert.NotErrorIs(t, err, io.EOF)
	assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	r.heard()
	assert.Equal(t, []string{"client connects", "server refuses"}, r.told())
}

func TestRelayCarriesMuchBothWaysAtOnce(t *testing.T) {
	r := openRelayed(t)
	c, s := r.connect()
	send := [2][]byte{make([]byte, 1<<20), make([]byte, 1<<20)}
	random := rand.NewChaCha8([32]byte{1})
	for _, b := range send {
		_, _ = random.Read(b)
	}
	got := make([][]byte, 2)
	var all sync.WaitGroup
	for i, conn := range []*net.TCPConn{c, s} {
		all.Go(func() {
			_, err := conn.Write(send[i])
			assert.NoError(t, err)
			assert.NoError(t, conn.CloseWrite())
		})
		all.Go(func() {
			var err error
			got[i], err = io.ReadAll(conn)
			assert.NoError(t, err)
		})
	}
	all.Wait()
	assert.True(t, bytes.Equal(send[0], got[1]), "what the client sent")
	assert.True(t, bytes.Equal(send[1], got[0]), "what the server sent")
	r.heard()
	length := make(map[trace.Host]int)
	for _, e := range r.Timeline().Events() {
		length[e.Host] += e.Relay.Length
		assert.Len(t, e.Relay.Data, min(e.Relay.Length, trace.CallData))
	}
	assert.Equal(t, map[trace.Host]int{trace.Client: 1 << 20, trace.Server: 1 << 20}, length)
}

// A receiver that doesn't read stops the sender: the relay keeps no more than
// buffers of a bounded size.
func TestRelayLetsASlowReaderStopTheSender(t *testing.T) {
	r := openRelayed(t)
	c, s := r.connect()
	const flood = 64 << 20
	require.NoError(t, c.SetWriteDeadline(time.Now().Add(time.Second)))
	sent, err := c.Write(make([]byte, flood))
	require.Error(t, err, "nobody reads, and %d bytes were taken all the same", sent)
	assert.Less(t, sent, flood)
	require.NoError(t, c.Close())
	n, err := io.Copy(io.Discard, s)
	require.NoError(t, err)
	assert.EqualValues(t, sent, n, "what was taken comes through")
}

// What is sent right before a program ends is told, although nobody waits for
// an answer.
func TestAwaitRelayedMissesNothing(t *testing.T) {
	r := openRelayed(t)
	ln, err := r.Server().Listen(within(t), "tcp", r.own)
	require.NoError(t, err)
	defer ln.Close()
	for range 50 {
		before := len(r.told())
		c, err := net.Dial("tcp", r.via)
		require.NoError(t, err)
		_, err = c.Write([]byte("last words"))
		require.NoError(t, err)
		require.NoError(t, c.Close())
		u, err := net.Dial("udp", r.via)
		require.NoError(t, err)
		_, err = u.Write([]byte("a datagram"))
		require.NoError(t, err)
		require.NoError(t, u.Close())
		require.NoError(t, r.Client().AwaitRelayed(within(t)))
		told := r.told()[before:]
		for _, want := range []string{"client connects", `client "last words" 10 bytes`, "client ends its stream", `client "a datagram" 10 bytes`} {
			assert.Contains(t, told, want)
		}
	}
}

func TestAwaitRelayedEndsWithItsContext(t *testing.T) {
	r := openRelayed(t)
	r.connect()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, r.Client().AwaitRelayed(ctx), context.DeadlineExceeded, "the connection is open")
}

func TestAClosedLabLeavesNothingOfItsRelays(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	taken := func() int {
		takenPorts.mu.Lock()
		defer takenPorts.mu.Unlock()
		return len(takenPorts.ports)
	}
	before := taken()
	for range 20 {
		timeline := trace.New()
		l, err := Open(t.Context(), Config{Isolation: Loopback, Timeline: timeline})
		require.NoError(t, err)
		via, err := l.Server().Reach(relayedPort)
		require.NoError(t, err)
		own := serverAddr(t, l, relayedPort)
		ln, err := l.Server().Listen(t.Context(), "tcp", own)
		require.NoError(t, err)
		c, err := l.Client().Dial(t.Context(), "tcp", via.String())
		require.NoError(t, err)
		s, err := ln.Accept()
		require.NoError(t, err)
		_, err = c.Write(make([]byte, 1<<16)) // which nobody reads
		require.NoError(t, err)
		u, err := l.Client().Dial(t.Context(), "udp", via.String())
		require.NoError(t, err)
		_, err = u.Write([]byte("x"))
		require.NoError(t, err)
		require.NoError(t, l.Close())
		for _, e := range timeline.Events() {
			assert.NotEqual(t, trace.RelayEnded, e.Relay.What, "that it ended is our doing")
		}
		for _, closer := range []io.Closer{c, s, ln, u} {
			require.NoError(t, closer.Close())
		}
	}
	assert.Equal(t, before, taken(), "all ports are given back")
}
