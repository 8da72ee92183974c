package lab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

func atRest(t *testing.T, l *Lab) bool {
	t.Helper()
	rest, known := l.AtRest()
	require.True(t, known)
	return rest
}

func untilAtRest(t *testing.T, l *Lab) {
	t.Helper()
	require.Eventually(t, func() bool { return atRest(t, l) }, patience, time.Millisecond)
}

func TestALabComesToRestWhateverCrossedTheWire(t *testing.T) {
	for name, cfg := range map[string]Config{
		"perfect": {},
		"chatty":  {Chatter: true},
		"lossy":   {Plan: Both(7, Rates{Loss: 0.2, Duplicate: 0.2, Reorder: 0.2}).Plan()},
		"slow":    {Plan: Both(7, Rates{Delay: 20 * time.Millisecond}).Plan()},
	} {
		t.Run(name, func(t *testing.T) {
			cfg.Isolation, cfg.Timeline = TwoHosts, trace.New()
			l := openLab(t, cfg)
			untilAtRest(t, l)
			pingPong(t, l, "10.0.0.2:9000", 5)
			pingPong(t, l, "[fd00::2]:9001", 5)
			untilAtRest(t, l)
			// What stays on one machine crosses no wire.
			ln, err := l.Server().Listen(within(t), "tcp", "127.0.0.1:9002")
			require.NoError(t, err)
			defer ln.Close()
			c, err := l.Server().Dial(within(t), "tcp", "127.0.0.1:9002")
			require.NoError(t, err)
			defer c.Close()
			untilAtRest(t, l)
		})
	}
}

func TestALabIsNotAtRestWhileADatagramIsOnItsWay(t *testing.T) {
	hold := make(chan struct{})
	d := openDatagrams(t, Config{})
	untilAtRest(t, d.lab)
	held := make(chan struct{})
	d.lab.SetPlan(func(f WireFrame) Fault {
		if f.N > 0 {
			close(held)
			<-hold // the wire stands still
		}
		return Fault{}
	})
	_, err := d.client.Write([]byte("hello"))
	require.NoError(t, err)
	<-held
	for range 10 {
		assert.False(t, atRest(t, d.lab))
	}
	close(hold)
	untilAtRest(t, d.lab)
	buf := make([]byte, 10)
	require.NoError(t, d.server.SetDeadline(time.Now().Add(patience)))
	n, _, err := d.server.ReadFrom(buf)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(buf[:n]))

	d.lab.SetPlan(func(WireFrame) Fault { return Fault{Drop: true} })
	_, err = d.client.Write([]byte("lost"))
	require.NoError(t, err)
	untilAtRest(t, d.lab)
	d.lab.SetPlan(func(f WireFrame) Fault { return Fault{Delay: time.Hour} })
	_, err = d.client.Write([]byte("late"))
	require.NoError(t, err)
	for range 10 {
		assert.False(t, atRest(t, d.lab))
	}
}

func TestTheLoopbackDoesNotKnowWhetherItIsAtRest(t *testing.T) {
	l := openLab(t, Config{Isolation: Loopback})
	_, known := l.AtRest()
	assert.False(t, known)
}

func TestTrafficIsReadFromTheKernelsTables(t *testing.T) {
	dev := "Inter-|   Receive                                                |  Transmit\n" +
		" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n" +
		"    lo:     100       4    0    0    0     0          0         0      100       4    0    0    0     0       0          0\n" +
		"  eth0:  123456     700    0    0    0     0          0         0     9876      55    0    0    0     0       0          0\n"
	snmp := "Ip: Forwarding DefaultTTL InReceives InHdrErrors\nIp: 2 64 30 0\nIcmp: InMsgs InErrors\nIcmp: 1 0\n"
	netstat := "TcpExt: SyncookiesSent\nTcpExt: 0\nIpExt: InNoRoutes InMcastPkts OutMcastPkts InBcastPkts\nIpExt: 0 2 0 1\n"
	snmp6 := "Ip6InReceives                   \t5\nIp6InMcastPkts                  \t3\n"
	got, err := parseTraffic(dev, snmp, netstat, snmp6)
	require.NoError(t, err)
	assert.Equal(t, traffic{Sent: 55, Received: 30 - 2 - 1 + 5 - 3 - 4}, got)
	got, err = parseTraffic(dev, snmp, netstat, "")
	require.NoError(t, err)
	assert.Equal(t, traffic{Sent: 55, Received: 30 - 2 - 1 - 4}, got)
	for _, bad := range [][4]string{{"", snmp, netstat}, {dev, "", netstat}, {dev, snmp, ""}, {dev, snmp, netstat, "Ip6InReceives 5\n"},
		{dev, "Ip: Forwarding\nIp: 2\n", netstat}, {dev, "Ip: Forwarding DefaultTTL InReceives\nIp: 2 64\n", netstat}, {dev, "Ip: InReceives\nIp: x\n", netstat}} {
		_, err := parseTraffic(bad[0], bad[1], bad[2], bad[3])
		assert.Error(t, err, "%q", bad)
	}
}
