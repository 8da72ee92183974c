package check

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The programs below are servers and clients that do one thing wrong. Each is
// run against the step of the protocol "send ping, get pong and the end".

const serverHead = `
import os, socket, sys, time
host, port = sys.argv[1].rsplit(":", 1)
s = socket.create_server((host, int(port)))
`

const clientHead = `
import os, socket, sys, time
host, port = sys.argv[1].rsplit(":", 1)
`

func pingServer(t *T) {
	srv := t.StartServer("server", "tcp")
	for range 2 {
		c := srv.Dial()
		c.Send("ping\n")
		c.ExpectAll("pong\n")
	}
}

func pingClient(t *T) {
	l := t.Listen()
	cl := t.Start("client", l.Address)
	c := l.Accept(cl)
	c.Expect("ping\n")
	c.Send("pong\n")
	c.Close()
	cl.ExpectStdout("pong\n")
	cl.ExpectExit()
}

func TestEachMistakeHasItsCause(t *testing.T) {
	requirePython(t)
	tests := []struct {
		name     string
		role     string
		program  string
		kind     Kind // empty: it passes
		message  string
		evidence string
	}{
		{"right server", "server", serverHead + `
while True:
    c, _ = s.accept(); c.recv(100); c.sendall(b"pong\n"); c.close()`, "", "", ""},
		{"slow start, logs, an answer in two segments", "server", `
import time, sys; time.sleep(0.3); print("starting", file=sys.stderr)` + serverHead + `
while True:
    c, _ = s.accept(); c.recv(100); c.sendall(b"po"); time.sleep(0.05); c.sendall(b"ng\n"); c.close()`, "", "", ""},
		{"wildcard bind", "server", strings.Replace(serverHead, "(host,", `("",`, 1) + `
while True:
    c, _ = s.accept(); c.recv(100); c.sendall(b"pong\n"); c.close()`, "", "", ""},
		{"does not parse", "server", `def x(:`, KindExitedEarly, "ended (status 1) before it listened on", "SyntaxError"},
		{"crashes at once", "server", `raise SystemExit("no thanks")`, KindExitedEarly, "(status 1)", "no thanks"},
		{"killed by a signal", "server", `import os; os.kill(os.getpid(), 9)`, KindExitedEarly, "signal: killed", "printed nothing"},
		{"reads its input instead", "server", `input()`, KindNeverListened, "never listened", "standard input"},
		{"listens elsewhere", "server", `
import socket
s = socket.create_server(("127.0.0.1", 8080)); s.accept()`, KindNeverListened, "listens on 127.0.0.1:8080", "accept"},
		{"bound but not listening", "server", `
import socket, sys
host, port = sys.argv[1].rsplit(":", 1)
s = socket.socket(); s.bind((host, int(port))); input()`, KindNeverListened, "never listened", "standard input"},
		{"says nothing", "server", serverHead + `
c, _ = s.accept(); c.recv(100); s.accept()`, KindSentNothing, `expected "pong\n"`, "accept"},
		{"says something else", "server", serverHead + `
while True:
    c, _ = s.accept(); c.recv(100); c.sendall(b"pang\n"); c.close()`, KindSentSomethingElse, `sent "pang\n"`, "at byte 2"},
		{"says half", "server", serverHead + `
while True:
    c, _ = s.accept(); c.recv(100); c.sendall(b"po"); c.close()`, KindSentTooLittle, "2 bytes of 5 bytes", `"po"`},
		{"says too much", "server", serverHead + `
while True:
    c, _ = s.accept(); c.recv(100); c.sendall(b"pong\n\n"); c.close()`, KindSentTooMuch, "1 byte too many", ""},
		{"closes without a word", "server", serverHead + `
while True:
    c, _ = s.accept(); c.recv(100); c.close()`, KindClosedEarly, "without having sent anything", ""},
		{"never closes", "server", serverHead + `
c, _ = s.accept(); c.recv(100); c.sendall(b"pong\n"); s.accept()`, KindNeverClosed, "did not close", "accept"},
		{"does not read", "server", serverHead + `
import struct, select
while True:
    c, _ = s.accept(); select.select([c], [], []); c.close()`, KindReset, "reset", "RST"},
		{"crashes on the message", "server", serverHead + `
c, _ = s.accept(); c.recv(100).decode("ascii").nonsense()`, KindExitedEarly, "(status 1) before it had sent", "AttributeError"},
		{"serves one and ends", "server", serverHead + `
c, _ = s.accept(); c.recv(100); c.sendall(b"pong\n"); c.close()`, KindExitedEarly, "(status 0)", ""},
		{"takes datagrams", "server", "import socket, sys\nhost, port = sys.argv[1].rsplit(':', 1)\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((host, int(port))); s.recvfrom(100)",
			KindOtherProtocol, "a UDP socket; this exercise speaks TCP", "SOCK_STREAM"},
		{"listens on a unix socket", "server", "import socket\ns = socket.socket(socket.AF_UNIX); s.bind('\\0ping'); s.listen(); s.accept()",
			KindNeverListened, "listens on the unix socket @ping", "accept"},
		{"stops listening", "server", serverHead + `
c, _ = s.accept(); s.close(); c.recv(100); c.sendall(b"pong\n"); c.close(); input()`, KindRefused, "connection refused", "the server "}, // which may not be at its input yet
		{"sleeps through its work", "server", serverHead + `time.sleep(60)`, KindSentNothing, `expected "pong\n"`, "sleeps"},

		{"right client", "client", clientHead + `
c = socket.create_connection((host, int(port))); c.sendall(b"ping\n"); print(c.recv(100).decode(), end="")`, "", "", ""},
		{"never connects", "client", clientHead + `input()`, KindNeverConnected, "never connected", "standard input"},
		{"connects elsewhere", "client", clientHead + `socket.create_connection(("127.0.0.1", 9))`, KindExitedEarly, "before it connected to", "ConnectionRefused"},
		{"sends nothing", "client", clientHead + `
c = socket.create_connection((host, int(port))); c.recv(100)`, KindSentNothing, `expected "ping\n"`, "recv"},
		{"prints something else", "client", clientHead + `
c = socket.create_connection((host, int(port))); c.sendall(b"ping\n"); print("PONG")`, KindWrongOutput, `expected "pong\n"`, "at byte 1"},
		{"wrong status", "client", clientHead + `
c = socket.create_connection((host, int(port))); c.sendall(b"ping\n"); print(c.recv(100).decode(), end=""); sys.exit(3)`, KindWrongExit, "status 3; expected status 0", ""},
		{"never ends", "client", clientHead + `
c = socket.create_connection((host, int(port))); c.sendall(b"ping\n"); print(c.recv(100).decode(), end=""); input()`, KindNeverEnded, "did not end", "standard input"},
		{"leaves a child", "client", clientHead + `
c = socket.create_connection((host, int(port))); c.sendall(b"ping\n"); print(c.recv(100).decode(), end="", flush=True)
if os.fork() == 0:
    os.setsid(); os.close(0); os.close(1); os.close(2); time.sleep(1000)`, KindLeftProcesses, "left 1 process running", "python"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, tt.role+".py", tt.program)
			run := map[string]func(*T){"server": pingServer, "client": pingClient}[tt.role]
			r := runStep(t, dir, tt.role, run)
			step := r.Steps[0]
			if tt.kind == "" {
				require.Nil(t, step.Cause, "%+v", step)
				assert.Equal(t, Passed, r.Verdict)
				return
			}
			require.NotNil(t, step.Cause, "it passed: %v", step.Transcript)
			assert.Equal(t, Failed, r.Verdict)
			assert.Equal(t, tt.kind, step.Cause.Kind, step.Cause.Message)
			assert.Contains(t, step.Cause.Message, tt.message)
			assert.Contains(t, strings.Join(step.Cause.Evidence, "\n"), tt.evidence)
			assert.Zero(t, r.Score)
		})
	}
}

func TestAClientThatWaitsForALostAnswerForEverTimesOut(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "client.py", clientHead+`
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b"time?", (host, int(port))); s.recv(100)`)
	r := runStep(t, dir, "client", func(t *T) {
		l := t.ListenUDP()
		p := t.Start("client", l.Address)
		l.Receive(p)
		l.ReceiveAgain(p, "ask again")
	})
	require.NotNil(t, r.Steps[0].Cause)
	assert.Equal(t, KindTimedOut, r.Steps[0].Cause.Kind)
	assert.Equal(t, "the client did not ask again in time", r.Steps[0].Cause.Message)
	assert.Contains(t, strings.Join(r.Steps[0].Cause.Evidence, "\n"), "recv")
}

func runStep(t *testing.T, dir, role string, run func(*T)) Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := Run(ctx, Suite{Exercise: "ping", Roles: []string{role}, Port: 7777,
		Steps: []Step{{Name: "ping", Role: role, Points: 10, Run: run}}}, dir, Options{Seed: 1})
	require.NoError(t, err)
	require.Len(t, r.Steps, 1)
	return r
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
}

func requirePython(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed: programs in Python can't be checked here")
	}
}
