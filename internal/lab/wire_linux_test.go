package lab

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// datagrams is a UDP socket on each host; what the client sends, the server
// receives.
type datagrams struct {
	lab    *Lab
	client net.Conn
	server net.PacketConn
}

func openDatagrams(t testing.TB, cfg Config) datagrams {
	t.Helper()
	cfg.Isolation = TwoHosts
	if cfg.Timeline == nil {
		cfg.Timeline = trace.New()
	}
	plan := cfg.Plan
	cfg.Plan = nil
	d := datagrams{lab: openLab(t, cfg)}
	var err error
	d.server, err = d.lab.Server().ListenPacket(within(t), "udp", "10.0.0.2:9000")
	require.NoError(t, err)
	d.client, err = d.lab.Client().Dial(within(t), "udp", "10.0.0.2:9000")
	require.NoError(t, err)
	t.Cleanup(func() { d.client.Close(); d.server.Close() })
	// Frame 1, before any fault: while the neighbour is being looked for,
	// Linux queues what is sent, and what is sent next may overtake the queue.
	d.send(t, 0, 0)
	require.Equal(t, "0", d.receive(t, 1))
	d.lab.SetPlan(plan)
	return d
}

// send sends the numbers from first to last, a datagram each.
func (d datagrams) send(t testing.TB, first, last int) {
	t.Helper()
	for i := first; i <= last; i++ {
		_, err := fmt.Fprint(d.client, i)
		require.NoError(t, err)
	}
}

// receive returns the next n datagrams, joined by spaces.
func (d datagrams) receive(t testing.TB, n int) string {
	t.Helper()
	var got []string
	buf := make([]byte, 2000)
	require.NoError(t, d.server.SetReadDeadline(time.Now().Add(patience)))
	for range n {
		size, _, err := d.server.ReadFrom(buf)
		require.NoError(t, err, "after %v", got)
		got = append(got, string(buf[:size]))
	}
	return strings.Join(got, " ")
}

// fates lists what became of the client's UDP datagrams, in the wire's order.
func (d datagrams) fates() (out []string) {
	for _, e := range d.lab.Timeline().Events() {
		if e.Frame == nil || e.Host != trace.Client {
			continue
		}
		p := gopacket.NewPacket(e.Frame.Bytes, layers.LayerTypeEthernet, gopacket.Default)
		if udp, ok := p.Layer(layers.LayerTypeUDP).(*layers.UDP); ok && string(udp.Payload) != "0" {
			out = append(out, fmt.Sprintf("%s %s", udp.Payload, e.Frame.Fate))
		}
	}
	return out
}

// once applies a fault to the datagram with number n.
func once(n int, f Fault) Plan {
	return func(w WireFrame) Fault {
		if w.From == trace.Client && w.N == n+1 {
			return f
		}
		return Fault{}
	}
}

func TestWireLosesAFrame(t *testing.T) {
	d := openDatagrams(t, Config{Plan: once(2, Fault{Drop: true})})
	d.send(t, 1, 3)
	assert.Equal(t, "1 3", d.receive(t, 2))
	assert.Equal(t, []string{"1 delivered", "2 dropped", "3 delivered"}, d.fates())
}

func TestWireDoublesAFrame(t *testing.T) {
	d := openDatagrams(t, Config{Plan: once(2, Fault{Duplicate: true})})
	d.send(t, 1, 3)
	assert.Equal(t, "1 2 2 3", d.receive(t, 4))
	assert.Equal(t, []string{"1 delivered", "2 delivered", "2 duplicated", "3 delivered"}, d.fates())
}

func TestWireSwapsTwoFrames(t *testing.T) {
	d := openDatagrams(t, Config{Plan: once(2, Fault{Swap: true})})
	d.send(t, 1, 4)
	assert.Equal(t, "1 3 2 4", d.receive(t, 4))
	assert.Equal(t, []string{"1 delivered", "3 delivered", "2 delivered", "4 delivered"}, d.fates())
}

func TestWireDeliversASwappedFrameThatNoOtherPasses(t *testing.T) {
	d := openDatagrams(t, Config{Plan: once(2, Fault{Swap: true})})
	d.send(t, 1, 2)
	assert.Equal(t, "1 2", d.receive(t, 2))
	assertEmptyWire(t, d.lab)
}

func TestWireHoldsFramesUntilOneEndsTheirWait(t *testing.T) {
	d := openDatagrams(t, Config{Plan: func(w WireFrame) Fault {
		return map[int]Fault{2: {Wait: true}, 3: {Wait: true, Duplicate: true}, 5: {EndWait: true, Drop: true}}[w.N]
	}})
	d.send(t, 1, 3)
	assert.Equal(t, "3", d.receive(t, 1), "the first two wait")
	assert.EqualValues(t, 3, held(d.lab))
	d.send(t, 4, 5)
	assert.Equal(t, "1 2 2 5", d.receive(t, 4))
	assert.Equal(t, []string{"3 delivered", "1 delivered", "2 delivered", "2 duplicated", "4 dropped", "5 delivered"}, d.fates())
	assertEmptyWire(t, d.lab)
}

func TestWireDelaysFramesAndKeepsTheirOrder(t *testing.T) {
	const delay = 100 * time.Millisecond
	d := openDatagrams(t, Config{Plan: Both(1, Rates{Delay: delay}).Plan()})
	start := time.Now()
	d.send(t, 1, 50)
	require.Eventually(t, func() bool { return held(d.lab) > 0 }, patience, time.Millisecond)
	got := strings.Fields(d.receive(t, 50))
	assert.GreaterOrEqual(t, time.Since(start), delay)
	for i, text := range got {
		assert.Equal(t, fmt.Sprint(i+1), text)
	}
	frames := 0
	for _, e := range d.lab.Timeline().Events() {
		if e.Frame != nil && binary.BigEndian.Uint16(e.Frame.Bytes[12:]) == uint16(layers.EthernetTypeIPv4) {
			if frames++; frames > 1 { // the first went before the plan
				assert.GreaterOrEqual(t, e.Frame.Held, delay)
			}
		}
	}
	assertEmptyWire(t, d.lab)
}

func TestAFrameThatIsHeldWhenTheLabClosesIsLost(t *testing.T) {
	d := openDatagrams(t, Config{Plan: once(2, Fault{Delay: time.Hour})})
	d.send(t, 1, 3)
	assert.Equal(t, "1 3", d.receive(t, 2))
	assert.Equal(t, []string{"1 delivered", "3 delivered"}, d.fates())
	require.NoError(t, d.lab.Close())
	assert.Equal(t, []string{"1 delivered", "3 delivered", "2 dropped"}, d.fates())
	events := d.lab.Timeline().Events()
	assert.Positive(t, events[len(events)-1].Frame.Held)
}

// held counts the frames that a fault delays at this moment.
func held(l *Lab) int64 { return l.back.(*twoHosts).line.held.Load() }

func assertEmptyWire(t *testing.T, l *Lab) {
	t.Helper()
	assert.Eventually(t, func() bool { return held(l) == 0 }, patience, time.Millisecond)
}

func TestReceiverDiscardsADamagedDatagram(t *testing.T) {
	d := openDatagrams(t, Config{Plan: once(2, Fault{Corrupt: 42})}) // the first byte behind the UDP header
	d.send(t, 1, 3)
	assert.Equal(t, "1 3", d.receive(t, 2), "the checksum finds the damage")
	assert.Equal(t, []string{"1 delivered", fmt.Sprintf("%s corrupted", []byte{'2' ^ 0xff}), "3 delivered"}, d.fates())
}

func TestSetPlanChangesTheWire(t *testing.T) {
	d := openDatagrams(t, Config{})
	d.send(t, 1, 1)
	assert.Equal(t, "1", d.receive(t, 1))
	d.lab.SetPlan(func(w WireFrame) Fault { return Fault{Drop: w.From == trace.Client && w.N > 0} })
	d.send(t, 2, 2)
	require.Eventually(t, func() bool { return len(d.fates()) == 2 }, patience, time.Millisecond)
	d.lab.SetPlan(nil)
	d.send(t, 3, 3)
	assert.Equal(t, "3", d.receive(t, 1))
}

func TestSeedRepeatsEveryFate(t *testing.T) {
	fates := func(seed uint64) []string {
		f := Faults{Seed: seed, ToServer: Rates{Loss: 0.3, Duplicate: 0.2}}
		d := openDatagrams(t, Config{Plan: f.Plan()})
		d.send(t, 1, 100)
		require.Eventually(t, func() bool {
			so := d.fates() // once: there may be more of them a moment later
			return len(so) >= 100 && strings.HasPrefix(so[len(so)-1], "100 ")
		}, patience, time.Millisecond)
		require.NoError(t, d.lab.Close()) // after which nothing is added
		return d.fates()
	}
	first := fates(7)
	assert.Equal(t, first, fates(7))
	assert.NotEqual(t, first, fates(8))
	text := strings.Join(first, "\n")
	assert.Contains(t, text, "dropped")
	assert.Contains(t, text, "duplicated")
}

func TestRatesHoldPerDirectionAndOnAverage(t *testing.T) {
	plan := Faults{Seed: 3, ToServer: Rates{Loss: 0.25}, ToClient: Rates{Corrupt: 1}}.Plan()
	frame := make([]byte, 60)
	lost := 0
	for n := 1; n <= 10000; n++ {
		if plan(WireFrame{From: trace.Client, N: n, Bytes: frame}).Drop {
			lost++
		}
		f := plan(WireFrame{From: trace.Server, N: n, Bytes: frame})
		require.False(t, f.Drop)
		require.GreaterOrEqual(t, f.Corrupt, 14, "the Ethernet header stays whole")
		require.Less(t, f.Corrupt, len(frame))
	}
	assert.InDelta(t, 2500, lost, 200)
	assert.Zero(t, plan(WireFrame{From: trace.Server, N: 0, Bytes: frame}), "ARP passes")
}

func TestTCPSurvivesABadWire(t *testing.T) {
	bad := Rates{Loss: 0.05, Duplicate: 0.05, Reorder: 0.1, Corrupt: 0.03}
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Plan: Both(11, bad).Plan()})
	pingPong(t, l, "10.0.0.2:9000", 100)
	fates := make(map[trace.Fate]int)
	for _, e := range l.Timeline().Events() {
		if e.Frame != nil {
			fates[e.Frame.Fate]++
		}
	}
	for _, fate := range []trace.Fate{trace.Delivered, trace.Dropped, trace.Duplicated, trace.Corrupted} {
		assert.NotZero(t, fates[fate], fate)
	}
}

func TestIPv6PingPong(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New()})
	pingPong(t, l, "[fd00::2]:9000", 3)
	assertQuiet(t, l)
}

// pingPong sends n messages each way over one connection.
func pingPong(t *testing.T, l *Lab, addr string, n int) {
	t.Helper()
	ln, err := l.Server().Listen(within(t), "tcp", addr)
	require.NoError(t, err)
	defer ln.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := l.Client().Dial(ctx, "tcp", addr)
	require.NoError(t, err)
	defer c.Close()
	s, err := ln.Accept()
	require.NoError(t, err)
	defer s.Close()
	for range n {
		assertCarries(t, c, s)
		assertCarries(t, s, c)
	}
}

// multicastChatter returns the frames that no program asked for.
func multicastChatter(l *Lab) (out []string) {
	for _, e := range l.Timeline().Events() {
		if e.Frame == nil {
			continue
		}
		p := gopacket.NewPacket(e.Frame.Bytes, layers.LayerTypeEthernet, gopacket.Default)
		icmp, ok := p.Layer(layers.LayerTypeICMPv6).(*layers.ICMPv6)
		if !ok {
			continue
		}
		switch icmp.TypeCode.Type() {
		case layers.ICMPv6TypeNeighborSolicitation, layers.ICMPv6TypeNeighborAdvertisement: // IPv6's ARP
		default:
			out = append(out, icmp.TypeCode.String())
		}
	}
	return out
}

func assertQuiet(t *testing.T, l *Lab) {
	t.Helper()
	assert.Empty(t, multicastChatter(l))
}

func TestWireIsQuietUnlessChatterIsWanted(t *testing.T) {
	// The hosts report their multicast groups within a second of coming up
	// (RFC 9777 §9.11).
	chatty := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Chatter: true})
	quiet := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New()})
	require.Eventually(t, func() bool { return len(multicastChatter(chatty)) >= 2 }, patience, 10*time.Millisecond,
		"the hosts were never heard")
	pingPong(t, quiet, "10.0.0.2:9000", 3)
	assertQuiet(t, quiet)
	for _, e := range quiet.Timeline().Events() {
		if e.Frame != nil {
			etherType := layers.EthernetType(binary.BigEndian.Uint16(e.Frame.Bytes[12:]))
			assert.NotEqual(t, layers.EthernetTypeIPv6, etherType, "% x", e.Frame.Bytes)
		}
	}
}

func TestProgramHasNoPrivileges(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts})
	p := startShell(t, l, `hostname; id -u; cat /proc/thread-self/status; ip link set eth0 down && echo "took eth0 down"; true`)
	_, err := p.Wait(within(t))
	require.NoError(t, err)
	out := p.Stdout().String()
	words := strings.Fields(out)
	assert.Equal(t, []string{"server", fmt.Sprint(os.Getuid())}, words[:2])
	for _, set := range []string{"CapInh", "CapPrm", "CapEff", "CapAmb"} {
		assert.Contains(t, out, set+":\t0000000000000000\n")
	}
	assert.Contains(t, out, "CapBnd:\t0000000000002000\n", "nothing but CAP_NET_RAW, for ping")
	assert.Contains(t, out, "NoNewPrivs:\t1\n")
	assert.NotContains(t, out, "took eth0 down")
}

// A window of datagrams is under way at any time, which the receiver's
// answers move on: what is missing then, the wire has lost.
func TestManySmallFramesAreAllInTheTimeline(t *testing.T) {
	frames := 100_000
	if testing.Short() {
		frames = 10_000
	}
	d := openDatagrams(t, Config{})
	sendSmallFrames(t, d, frames)
	assert.Zero(t, d.lab.WireStats().Missed)
	next := uint32(0)
	for _, e := range d.lab.Timeline().Events() {
		const payload = 14 + 20 + 8
		if e.Frame == nil || e.Host != trace.Client || e.Frame.Length != payload+4 {
			continue
		}
		require.Equal(t, next, binary.BigEndian.Uint32(e.Frame.Bytes[payload:]))
		next++
	}
	assert.EqualValues(t, frames, next)
}

// sendSmallFrames sends n numbered datagrams, at most 100 of them ahead of the
// receiver, which acknowledges every fiftieth. An ordinary receive buffer has
// room for 256 such datagrams, and for 192 at its worst: the kernel takes back
// the memory of those that were read a quarter of the buffer at a time
// (udp_rmem_release).
func sendSmallFrames(t testing.TB, d datagrams, n int) {
	t.Helper()
	const window, every = 100, 50
	deadline := time.Now().Add(4 * patience)
	require.NoError(t, d.server.SetDeadline(deadline))
	require.NoError(t, d.client.SetDeadline(deadline))
	received := make(chan error, 1)
	go func() {
		buf := make([]byte, 100)
		for i := range n {
			size, from, err := d.server.ReadFrom(buf)
			if err == nil && (size != 4 || binary.BigEndian.Uint32(buf) != uint32(i)) {
				err = fmt.Errorf("datagram %d is % x", i, buf[:size])
			}
			if err == nil && (i+1)%every == 0 {
				_, err = d.server.WriteTo([]byte("ok"), from)
			}
			if err != nil {
				received <- err
				return
			}
		}
		received <- nil
	}()
	var number [4]byte
	answer := make([]byte, 100)
	for i := range n {
		if i >= window && i%every == 0 {
			_, err := d.client.Read(answer)
			require.NoError(t, err, "no acknowledgement before datagram %d", i)
		}
		binary.BigEndian.PutUint32(number[:], uint32(i))
		_, err := d.client.Write(number[:])
		require.NoError(t, err)
	}
	require.NoError(t, <-received)
}
