package lab

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// patience is how long a test waits for what must happen. It ends a test that
// fails; none that passes takes that long.
const patience = 2 * time.Minute

func TestMain(m *testing.M) {
	Main()
	if mode := os.Getenv(holderEnv); mode != "" {
		holdLab(mode)
	}
	os.Exit(m.Run())
}

// holderEnv makes the test binary a process that holds a lab and is about to
// meet a bad end; see TestLabIsGoneWhenItsHolderDies.
const holderEnv = "LEARNNET_LAB_TEST_HOLDER"

func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// openLab opens a lab for the length of the test, which is skipped where the
// machine refuses two hosts.
func openLab(t testing.TB, cfg Config) *Lab {
	t.Helper()
	l, err := Open(within(t), cfg)
	var unavailable *UnavailableError
	if errors.As(err, &unavailable) {
		t.Skipf("this machine has no two hosts: %v", err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	return l
}

// onBoth runs a test on either kind of lab.
func onBoth(t *testing.T, test func(t *testing.T, l *Lab)) {
	for _, isolation := range []Isolation{TwoHosts, Loopback} {
		t.Run(string(isolation), func(t *testing.T) {
			test(t, openLab(t, Config{Isolation: isolation, Timeline: trace.New()}))
		})
	}
}

// needs returns where a program is, or skips the test.
func needs(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("this machine has no %s", program)
	}
	return path
}

// startShell starts a shell script on the server.
func startShell(t testing.TB, l *Lab, script string, args ...string) *Process {
	t.Helper()
	p, err := l.Server().Start(within(t), Command{Name: "script", Path: needs(t, "sh"),
		Args: append([]string{"-c", script, "sh"}, args...)})
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	return p
}

// startPython starts a Python program on the server.
func startPython(t testing.TB, l *Lab, code string, args ...string) *Process {
	t.Helper()
	p, err := l.Server().Start(within(t), Command{Name: "program", Path: needs(t, "python3"),
		Args: append([]string{"-u", "-c", "import os, socket, sys, time, signal\n" + code}, args...)})
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	return p
}

// printed waits until the program has printed text.
func printed(t testing.TB, p *Process, text string) {
	t.Helper()
	ok := p.Stdout().Until(within(t), func(b []byte) bool { return bytes.Contains(b, []byte(text)) })
	require.True(t, ok, "printed %q, not %q; on standard error: %s", p.Stdout(), text, p.Stderr())
}

func serverAddr(t testing.TB, l *Lab, port uint16) string {
	t.Helper()
	addr, err := l.Server().Addr(port)
	require.NoError(t, err)
	return addr.String()
}

func TestHostsTalk(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		ctx, addr := within(t), serverAddr(t, l, 8898)
		for _, network := range []string{"tcp", "unix"} {
			if network == "unix" {
				addr = filepath.Join(t.TempDir(), "s")
			}
			ln, err := l.Server().Listen(ctx, network, addr)
			require.NoError(t, err)
			c, err := l.Client().Dial(ctx, network, addr)
			require.NoError(t, err)
			s, err := ln.Accept()
			require.NoError(t, err)
			assertCarries(t, c, s)
			assertCarries(t, s, c)
			for _, closer := range []interface{ Close() error }{c, s, ln} {
				require.NoError(t, closer.Close())
			}
		}
		_, err := os.Stat(addr)
		assert.ErrorIs(t, err, os.ErrNotExist, "a closed unix listener removes its file")
	})
}

func assertCarries(t *testing.T, from, to net.Conn) {
	t.Helper()
	require.NoError(t, to.SetDeadline(time.Now().Add(patience)))
	_, err := from.Write([]byte("hello!"))
	require.NoError(t, err)
	buf := make([]byte, 100)
	n, err := to.Read(buf)
	require.NoError(t, err)
	assert.Equal(t, "hello!", string(buf[:n]))
}

func TestDatagramsAreAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		ctx, addr := within(t), serverAddr(t, l, 9090)
		server, err := l.Server().ListenPacket(ctx, "udp", addr)
		require.NoError(t, err)
		defer server.Close()
		client, err := l.Client().Dial(ctx, "udp", addr)
		require.NoError(t, err)
		defer client.Close()
		_, err = client.Write([]byte("question"))
		require.NoError(t, err)
		buf := make([]byte, 100)
		require.NoError(t, server.SetDeadline(time.Now().Add(patience)))
		n, from, err := server.ReadFrom(buf)
		require.NoError(t, err)
		assert.Equal(t, "question", string(buf[:n]))
		assert.Equal(t, client.LocalAddr().String(), from.String())
		_, err = server.WriteTo([]byte("answer"), from)
		require.NoError(t, err)
		require.NoError(t, client.SetDeadline(time.Now().Add(patience)))
		n, err = client.Read(buf)
		require.NoError(t, err)
		assert.Equal(t, "answer", string(buf[:n]))
	})
}

func TestDialSaysWhyItFails(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		_, err := l.Client().Dial(within(t), "tcp", serverAddr(t, l, 1))
		assert.ErrorIs(t, err, errRefused)
	})
}

// TestWhatIsClosedForGoodIsClosed closes listeners as soon as they can be had,
// while further labs open. Nobody may hold them open then: not the agent that
// made them, and no process between fork and exec.
func TestWhatIsClosedForGoodIsClosed(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		ctx, addr := within(t), serverAddr(t, l, 8898)
		over, opened := make(chan struct{}), make(chan error)
		go func() {
			var err error
			for err == nil {
				select {
				case <-over:
					opened <- nil
					return
				default:
				}
				var other *Lab
				if other, err = Open(ctx, Config{Isolation: l.Isolation()}); err == nil {
					err = other.Close()
				}
			}
			opened <- err
		}()
		late := 0
		for range 500 {
			ln, err := l.Server().Listen(ctx, "tcp", addr)
			if !assert.NoError(t, err) {
				break
			}
			_ = CloseForGood(ln) // the dial tells
			if _, err = l.Client().Dial(ctx, "tcp", addr); !errors.Is(err, errRefused) {
				late++
			}
		}
		close(over)
		assert.NoError(t, <-opened)
		assert.Zero(t, late, "listeners that were there after all, of 500")
	})
}

func TestAddrIsStableAndNeverTheSameTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		seen := make(map[netip.AddrPort]bool)
		for _, h := range []*Host{l.Client(), l.Server()} {
			for port := uint16(9000); port < 9050; port++ {
				a, err := h.Addr(port)
				require.NoError(t, err)
				assert.False(t, seen[a], "%s given twice", a)
				seen[a] = true
				again, err := h.Addr(port)
				require.NoError(t, err)
				assert.Equal(t, a, again)
			}
		}
	})
}

func TestLoopbackLabsShareNoPort(t *testing.T) {
	a := openLab(t, Config{Isolation: Loopback})
	b := openLab(t, Config{Isolation: Loopback})
	for port := uint16(1); port < 200; port++ {
		assert.NotEqual(t, serverAddr(t, a, port), serverAddr(t, b, port))
	}
	taken := func() int {
		takenPorts.mu.Lock()
		defer takenPorts.mu.Unlock()
		return len(takenPorts.ports)
	}
	before := taken()
	require.NoError(t, b.Close())
	assert.Equal(t, before-199, taken(), "a closed lab gives its ports back")
}

func TestAPortWithAConnectionInTimeWaitIsNotFree(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	addr := netip.MustParseAddrPort(l.Addr().String())
	c, err := net.Dial("tcp", addr.String())
	require.NoError(t, err)
	defer c.Close()
	served, err := l.Accept()
	require.NoError(t, err)
	require.NoError(t, served.Close()) // first, so that TIME-WAIT is on this side
	_, err = c.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	require.NoError(t, c.Close())
	require.NoError(t, l.Close())
	again, err := net.Listen("tcp", addr.String())
	require.NoError(t, err, "Go itself sets SO_REUSEADDR")
	require.NoError(t, again.Close())
	if runtime.GOOS != "windows" { // whose bind asks for no such thing
		assert.Error(t, tryPort(addr))
	}
}

func TestTwoHostsLabsBindTheSamePort(t *testing.T) {
	for range 2 {
		l := openLab(t, Config{Isolation: TwoHosts})
		ln, err := l.Server().Listen(within(t), "tcp", "10.0.0.2:9090")
		require.NoError(t, err)
		defer ln.Close()
	}
}

func TestClosedLabAnswersErrClosed(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		h, ctx := l.Server(), within(t)
		addr := serverAddr(t, l, 9000)
		p := startShell(t, l, "exec sleep 1000")
		require.NoError(t, l.Close())
		require.NoError(t, l.Close(), "closing twice does no harm")

		<-p.Done()
		p.Kill()
		assert.Empty(t, p.Members())
		_, err := h.Addr(9000)
		assert.ErrorIs(t, err, ErrClosed)
		_, err = h.Dial(ctx, "tcp", addr)
		assert.ErrorIs(t, err, ErrClosed)
		_, err = h.Listen(ctx, "tcp", addr)
		assert.ErrorIs(t, err, ErrClosed)
		_, err = h.ListenPacket(ctx, "udp", addr)
		assert.ErrorIs(t, err, ErrClosed)
		_, err = h.Sockets()
		assert.ErrorIs(t, err, ErrClosed)
		_, err = h.Listening("tcp", addr)
		assert.ErrorIs(t, err, ErrClosed)
		_, err = h.Start(ctx, Command{Name: "late", Path: "true"})
		assert.ErrorIs(t, err, ErrClosed)
	})
}

func TestCloseInterruptsWhatIsUnderWay(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts, Plan: func(WireFrame) Fault { return Fault{Drop: true} }})
	failed := make(chan error)
	go func() {
		_, err := l.Client().Dial(context.Background(), "tcp", "10.0.0.2:9000")
		failed <- err
	}()
	require.Eventually(t, func() bool { return l.WireStats().Frames > 0 }, patience, time.Millisecond)
	require.NoError(t, l.Close())
	select {
	case err := <-failed:
		assert.ErrorIs(t, err, ErrClosed)
	case <-time.After(patience):
		t.Fatal("Dial still hangs after Close")
	}
}

func TestCancelledDialReturns(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := l.Client().Dial(ctx, "tcp", serverAddr(t, l, 9000))
		assert.ErrorIs(t, err, context.Canceled)
	})
}

func TestMissingSaysWhyThereAreNoTwoHosts(t *testing.T) {
	l := openLab(t, Config{})
	if l.Isolation() == TwoHosts {
		assert.Empty(t, l.Missing())
		return
	}
	assert.NotEmpty(t, l.Missing())
	assert.NotContains(t, l.Missing(), "\n")
	_, err := Open(within(t), Config{Isolation: TwoHosts})
	var unavailable *UnavailableError
	require.ErrorAs(t, err, &unavailable)
	assert.True(t, strings.HasPrefix(err.Error(), "open lab: "), err)
}
