//go:build amd64 || arm64

package lab

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// echoProgram is both sides of an echo: with one argument it serves one
// connection at that address, with two it sends a line that many times and
// reads it back.
const echoProgram = `package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) == 2 {
		l, _ := net.Listen("tcp", os.Args[1])
		fmt.Println("ready")
		c, _ := l.Accept()
		buf := make([]byte, 64)
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			c.Write(buf[:n])
		}
	}
	c, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	rounds, _ := strconv.Atoi(os.Args[2])
	buf := make([]byte, 64)
	for range rounds {
		c.Write([]byte("hello!"))
		if _, err := io.ReadFull(c, buf[:6]); err != nil {
			panic(err)
		}
	}
	c.Close()
}
`

func buildEcho(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(echoProgram), 0o600))
	out, err := exec.Command(needs(t, "go"), "build", "-o", filepath.Join(dir, "echo"), filepath.Join(dir, "main.go")).CombinedOutput()
	require.NoError(t, err, string(out))
	return filepath.Join(dir, "echo")
}

// playEcho has a client and a server talk for that many rounds.
func playEcho(t testing.TB, l *Lab, echo, rounds string) {
	t.Helper()
	const addr = "10.0.0.2:8898"
	server, err := l.Server().Start(within(t), Command{Name: "server", Path: echo, Args: []string{addr}})
	require.NoError(t, err)
	defer server.Kill()
	require.NoError(t, l.Server().WaitListening(within(t), "tcp", addr, server))
	client, err := l.Client().Start(within(t), Command{Name: "client", Path: echo, Args: []string{addr, rounds}})
	require.NoError(t, err)
	defer client.Kill()
	exit, err := client.Wait(within(t))
	require.NoError(t, err)
	require.True(t, exit.OK(), "%s", client.Stderr())
}

// BenchmarkEcho is 2,000 round trips over TCP: as they are, with the calls
// followed, and with calls and socket states.
func BenchmarkEcho(b *testing.B) {
	echo := buildEcho(b)
	for _, bb := range []struct {
		name string
		cfg  Config
	}{
		{"plain", Config{}},
		{"calls", Config{Calls: &Calls{}}},
		{"calls+states", Config{Calls: &Calls{}, States: true}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				cfg := bb.cfg
				cfg.Isolation, cfg.Timeline = TwoHosts, trace.New()
				l := openLab(b, cfg)
				b.StartTimer()
				playEcho(b, l, echo, "2000")
				b.StopTimer()
				require.NoError(b, l.Close())
				b.StartTimer()
			}
		})
	}
}
