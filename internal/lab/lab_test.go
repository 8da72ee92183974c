package lab

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

func TestMain(m *testing.M) {
	Main()
	os.Exit(m.Run())
}

func TestSpike(t *testing.T) {
	tl := trace.New()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	t0 := time.Now()
	l, err := Open(ctx, Config{Timeline: tl, Isolation: TwoHosts})
	require.NoError(t, err)
	t.Log("open", time.Since(t0))
	srv, err := l.Server().Start(ctx, Command{Name: "server", Path: "python3", Args: []string{"-c", `
import socket,os
s=socket.socket(); s.bind(("10.0.0.2",80 if os.getuid()==-1 else 8898)); s.listen()
c,a=s.accept(); print(a, c.recv(100), os.uname().nodename, os.getpid(), os.getuid(), flush=True)
c.sendall(b"hi")
print(open("/proc/self/status").read())
os.fork()
c.recv(1)
`}})
	require.NoError(t, err)
	require.NoError(t, l.Server().WaitListening(ctx, "tcp", "10.0.0.2:8898", srv))
	c, err := l.Client().Dial(ctx, "tcp", "10.0.0.2:8898")
	require.NoError(t, err)
	c.Write([]byte("hello!"))
	b := make([]byte, 10)
	n, err := c.Read(b)
	require.NoError(t, err)
	t.Log(string(b[:n]))
	srv.Stdout().Until(ctx, func(b []byte) bool { return len(b) > 1000 })
	t.Log(srv.Stdout().String(), srv.Stderr().String())
	t.Log(srv.Members())
	socks, err := l.Server().Sockets()
	require.NoError(t, err)
	for _, s := range socks {
		t.Log(s)
	}
	c.Close()
	_, err = l.Client().Dial(ctx, "tcp", "10.0.0.2:1")
	t.Log(err)
	t0 = time.Now()
	srv.Kill()
	t.Log("kill", time.Since(t0), srv.exit)
	t0 = time.Now()
	require.NoError(t, l.Close())
	t.Log("close", time.Since(t0))
	for _, e := range tl.Events() {
		if e.Frame != nil {
			t.Logf("%v %s %d %s % x", e.At, e.Host, e.Frame.Length, e.Frame.Fate, e.Frame.Bytes[:min(len(e.Frame.Bytes), 60)])
		} else {
			t.Logf("%v %s %+v", e.At, e.Host, e.Kind)
		}
	}
}
