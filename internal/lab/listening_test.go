package lab

import (
	"bytes"
	"context"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

const (
	listenTCP  = "s = socket.socket(); s.bind((sys.argv[1], int(sys.argv[2]))); s.listen(); "
	listenUDP  = "s = socket.socket(type=socket.SOCK_DGRAM); s.bind((sys.argv[1], int(sys.argv[2]))); "
	listenUnix = "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); "
	listenDual = "s = socket.socket(socket.AF_INET6); s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0); s.bind(('::', int(sys.argv[2]))); s.listen(); "
	stay       = "time.sleep(1000)"
)

func TestWaitListeningSeesEveryKindOfListener(t *testing.T) {
	for name, listener := range map[string]struct{ network, code, bind string }{
		"TCP":            {"tcp", listenTCP, ""},
		"TCP wildcard":   {"tcp", listenTCP, "0.0.0.0"},
		"TCP dual stack": {"tcp", listenDual, ""},
		"UDP":            {"udp", listenUDP, ""},
		"UDP wildcard":   {"udp", listenUDP, "0.0.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, l *Lab) {
				addr := netip.MustParseAddrPort(serverAddr(t, l, 9000))
				bind := listener.bind
				if bind == "" {
					bind = addr.Addr().String()
				}
				_, port, _ := bytes.Cut([]byte(addr.String()), []byte(":"))
				p := startPython(t, l, "time.sleep(0.05); "+listener.code+stay, bind, string(port))
				require.NoError(t, l.Server().WaitListening(within(t), listener.network, addr.String(), p), "%s", p.Stderr())
				for _, other := range []string{"tcp", "udp"} {
					ok, err := l.Server().Listening(other, addr.String())
					require.NoError(t, err)
					assert.Equal(t, other == listener.network, ok, other)
				}
			})
		})
	}
}

func TestWaitListeningSeesUnixSockets(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		path := filepath.Join(t.TempDir(), "s")
		p := startPython(t, l, listenUnix+stay, path)
		require.NoError(t, l.Server().WaitListening(within(t), "unix", path, p))
		ok, err := l.Server().Listening("unix", path+"2")
		require.NoError(t, err)
		assert.False(t, ok)
	})
}

func TestWaitListeningIsNotFooledByAnotherAddress(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts})
	p := startPython(t, l, listenTCP+"print('up'); "+stay, "127.0.0.1", "9000")
	printed(t, p, "up")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := l.Server().WaitListening(ctx, "tcp", "10.0.0.2:9000", p)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	ok, err := l.Client().Listening("tcp", "127.0.0.1:9000")
	require.NoError(t, err)
	assert.False(t, ok, "what listens on one host doesn't on the other")
}

func TestWaitListeningReturnsErrEndedWhenTheProgramEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		p := startShell(t, l, "exit 1")
		err := l.Server().WaitListening(within(t), "tcp", serverAddr(t, l, 9000), p)
		assert.ErrorIs(t, err, ErrEnded)
	})
}

func TestWaitListeningFindsTheListenerThatAnEndedProgramLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		addr := netip.MustParseAddrPort(serverAddr(t, l, 9000))
		_, port, _ := bytes.Cut([]byte(addr.String()), []byte(":"))
		p := startPython(t, l, listenTCP+"\nif os.fork() != 0: os._exit(0)\n"+stay, addr.Addr().String(), string(port))
		<-p.Done()
		assert.NoError(t, l.Server().WaitListening(within(t), "tcp", addr.String(), p))
	})
}

func TestWaitListeningConsumesNoConnection(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		addr := netip.MustParseAddrPort(serverAddr(t, l, 9000))
		_, port, _ := bytes.Cut([]byte(addr.String()), []byte(":"))
		// It serves the first connection that it accepts, and no other.
		p := startPython(t, l, listenTCP+"c, a = s.accept(); s.close(); c.sendall(b'%s:%d' % (a[0].encode(), a[1]))",
			addr.Addr().String(), string(port))
		require.NoError(t, l.Server().WaitListening(within(t), "tcp", addr.String(), p))
		c, err := l.Client().Dial(within(t), "tcp", addr.String())
		require.NoError(t, err)
		defer c.Close()
		require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
		buf := make([]byte, 100)
		n, err := c.Read(buf)
		require.NoError(t, err)
		assert.Equal(t, c.LocalAddr().String(), string(buf[:n]))
	})
}

func TestListensKnowsAddresses(t *testing.T) {
	at := netip.MustParseAddrPort
	for _, c := range []struct {
		sock trace.Socket
		addr string
		want bool
	}{
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("10.0.0.2:80")}, "10.0.0.2:80", true},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("10.0.0.2:80")}, "10.0.0.2:81", false},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("10.0.0.2:80")}, "10.0.0.1:80", false},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("0.0.0.0:80")}, "10.0.0.2:80", true},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("0.0.0.0:80")}, "[fd00::2]:80", false},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("[::]:80")}, "10.0.0.2:80", true},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("[::]:80")}, "[fd00::2]:80", true},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("[fd00::2]:80")}, "[fd00::2]:80", true},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("[fd00::2]:80")}, "10.0.0.2:80", false},
		{trace.Socket{Network: "tcp", State: "ESTABLISHED", Local: at("10.0.0.2:80")}, "10.0.0.2:80", false},
		{trace.Socket{Network: "udp", Local: at("10.0.0.2:80")}, "10.0.0.2:80", true},
		{trace.Socket{Network: "udp", Local: at("10.0.0.2:80"), Remote: at("10.0.0.1:9")}, "10.0.0.2:80", false},
		{trace.Socket{Network: "tcp", State: "LISTEN", Local: at("10.0.0.2:80")}, "nonsense", false},
	} {
		assert.Equal(t, c.want, listens(c.sock, c.sock.Network, c.addr), "%+v %s", c.sock, c.addr)
	}
}
