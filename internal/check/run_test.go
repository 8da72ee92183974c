package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/program"
)

const goServer = `package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	l, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		c, err := l.Accept()
		if err != nil {
			os.Exit(1)
		}
		c.Read(make([]byte, 100))
		c.Write([]byte("pong\n"))
		c.Close()
	}
}
`

const nodeServer = `
const [host, port] = process.argv[2].split(":");
require("net").createServer(c => c.once("data", () => c.end("pong\n"))).listen(+port, host);
`

const pythonServer = serverHead + `
while True:
    c, _ = s.accept(); c.recv(100); c.sendall(b"pong\n"); c.close()
`

func TestProgramsInEveryLanguagePass(t *testing.T) {
	for _, tt := range []struct {
		lang       program.Language
		tool       string
		file, text string
	}{
		{program.Go, "go", "server/main.go", goServer},
		{program.Python, "python3", "server.py", pythonServer},
		{program.JavaScript, "node", "server.js", nodeServer},
		{program.Executable, "python3", "server", "#!/usr/bin/env python3\n" + pythonServer},
	} {
		for _, isolation := range []lab.Isolation{lab.TwoHosts, lab.Loopback} {
			t.Run(fmt.Sprintf("%s on %s", tt.lang, isolation), func(t *testing.T) {
				if _, err := exec.LookPath(tt.tool); err != nil {
					t.Skipf("%s is not installed", tt.tool)
				}
				if tt.lang == program.Executable && runtime.GOOS == "windows" {
					t.Skip("Windows executes no scripts")
				}
				dir := t.TempDir()
				write(t, dir, tt.file, tt.text)
				r := runSuite(t, dir, Options{Isolation: isolation}, step("ping", pingServer))
				require.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
				assert.Equal(t, tt.lang, r.Languages["server"])
				assert.Equal(t, isolation, r.Isolation)
				assert.Equal(t, 10, r.Score)
			})
		}
	}
}

func TestAProgramThatDoesNotCompileFailsOnceWithTheCompilersLines(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "server/main.go", "package main\n\nfunc main() { undefinedThing() }\n")
	r := runSuite(t, dir, Options{}, step("one", pingServer), step("two", pingServer))
	assert.Equal(t, Failed, r.Verdict)
	assert.Equal(t, KindBuildFailed, r.Steps[0].Cause.Kind)
	assert.Contains(t, strings.Join(r.Steps[0].Cause.Evidence, "\n"), "main.go:3:15: undefined: undefinedThing")
	assert.Equal(t, Skipped, r.Steps[1].Verdict)
	assert.Nil(t, r.Steps[1].Cause)
}

func TestAMissingOrDoubledProgramFailsAndSaysWhatWasLookedFor(t *testing.T) {
	dir := t.TempDir()
	r := runSuite(t, dir, Options{}, step("one", pingServer))
	assert.Equal(t, KindNotFound, r.Steps[0].Cause.Kind)
	assert.Contains(t, r.Steps[0].Cause.Message, "server.py")

	write(t, dir, "server.py", "")
	write(t, dir, "server.js", "")
	r = runSuite(t, dir, Options{}, step("one", pingServer))
	assert.Equal(t, KindNotFound, r.Steps[0].Cause.Kind)
	assert.Contains(t, r.Steps[0].Cause.Message, "more than one server (server.py, server.js)")
}

func TestWhatDependsOnAFailureIsSkipped(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", serverHead+"c, _ = s.accept(); c.recv(100); c.close()")
	after := step("after", pingServer)
	after.After = []string{"ping"}
	free := step("free", func(t *T) { t.StartServer("server", "tcp") })
	r := runSuite(t, dir, Options{}, step("ping", pingServer), after, free)
	assert.Equal(t, Failed, r.Verdict)
	assert.Equal(t, []Verdict{Failed, Skipped, Passed}, []Verdict{r.Steps[0].Verdict, r.Steps[1].Verdict, r.Steps[2].Verdict})
	assert.Equal(t, 10, r.Score)
	assert.Equal(t, 30, r.MaxScore)
}

func TestFaultsOfOursAreBrokenAndNeverFailed(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	for name, run := range map[string]func(*T){
		"proves nothing":  func(t *T) {},
		"panics":          func(t *T) { panic("oops") },
		"has no role":     func(t *T) { t.Start("nobody") },
		"breaks":          func(t *T) { t.Break(errors.New("out of paper")) },
		"panics later on": func(t *T) { t.StartServer("server", "tcp"); var none []int; none[t.Port()] = 1 },
	} {
		r := runSuite(t, dir, Options{}, step(name, run))
		assert.Equal(t, Broken, r.Verdict, name)
		require.NotNil(t, r.Steps[0].Cause, name)
		assert.NotContains(t, r.Steps[0].Cause.Message, "goroutine", name)
	}
	assert.Equal(t, Broken, runSuite(t, dir, Options{}).Verdict, "a suite without steps")
}

func TestTestifysAssertionsWorkInSteps(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	reached := false
	r := runSuite(t, dir, Options{}, step("require", func(t *T) {
		t.StartServer("server", "tcp")
		assert.Equal(t, 3, 4, "the number of legs")
		require.True(t, false, "stop here")
		reached = true
	}))
	assert.Equal(t, Failed, r.Verdict)
	assert.Equal(t, KindAssertion, r.Steps[0].Cause.Kind)
	assert.Contains(t, r.Steps[0].Cause.Message, "the number of legs")
	assert.Contains(t, r.Steps[0].Cause.Message, "stop here")
	assert.NotContains(t, r.Steps[0].Cause.Message, "run_test.go")
	assert.False(t, reached)
}

func TestTheSameSeedDrawsTheSameInputs(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	draw := func(seed uint64) (drawn []uint64, report Report) {
		s := step("draw", func(t *T) {
			drawn = append(drawn, t.Rand().Uint64(), uint64(t.Port()), uint64(t.Port()))
			t.Prove()
		})
		report = runSuite(t, dir, Options{Seed: seed}, s)
		return drawn, report
	}
	a, ra := draw(0)
	require.NotZero(t, ra.Seed)
	b, _ := draw(ra.Seed)
	assert.Equal(t, a, b)
	c, _ := draw(ra.Seed + 1)
	assert.NotEqual(t, a, c)
}

// Programs that misbehave are stopped, in bounded time and memory, with the
// right cause, and nothing of them is left.
func TestHostileProgramsAreStopped(t *testing.T) {
	requirePython(t)
	requireTwoHosts(t) // on the loopback a program that hides gets away
	defer goleak.VerifyNone(t)
	t.Run("all", func(t *testing.T) { hostilePrograms(t) })
}

func hostilePrograms(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		kind       Kind
	}{
		{"ignores SIGTERM and runs for ever", "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass", KindNeverListened},
		{"prints a gigabyte", "import sys\nb = b'x' * (1 << 20)\nfor i in range(1024): sys.stdout.buffer.write(b)\nsys.stdout.flush()\ninput()", KindNeverListened},
		{"forks and hides", "import os, time\nfor i in range(20):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0: time.sleep(60)\n        os._exit(0)\ntime.sleep(60)", KindNeverListened},
		{"forks 300 times", "import os, time\nfor i in range(300): os.fork() or time.sleep(60)\ntime.sleep(60)", KindTooManyProcesses},
		{"forks 200 times", "import os, time\nfor i in range(200): os.fork() or time.sleep(60)\ntime.sleep(60)", KindNeverListened},
		{"leaves its children and ends", "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(60)", KindExitedEarly},
		{"floods the wire", "import socket, sys\nhost, port = sys.argv[1].rsplit(':', 1)\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nwhile True: s.sendto(b'x', ('10.0.0.1', 9))", KindFlooded},
		{"eats memory", "import mmap\nb = []\nwhile True: b.append(mmap.mmap(-1, 1 << 28, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))", KindExitedEarly},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "server.py", tt.text)
			begin := time.Now()
			r := runSuite(t, dir, Options{Isolation: lab.TwoHosts}, step("ping", pingServer))
			assert.Equal(t, Failed, r.Verdict)
			require.NotNil(t, r.Steps[0].Cause)
			assert.Equal(t, tt.kind, r.Steps[0].Cause.Kind, r.Steps[0].Cause.Message)
			assert.Less(t, time.Since(begin), stepCap)
			out, err := exec.Command("pgrep", "-f", dir).Output()
			assert.Error(t, err, "still running: %s", out)
		})
	}
}

func TestACancelledCheckEndsAtOnceAndReportsWhy(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", "while True: pass")
	ctx, cancel := context.WithCancelCause(t.Context())
	newer := errors.New("a newer save")
	started := step("ping", func(t *T) {
		cancel(newer)
		t.StartServer("server", "tcp")
	})
	begin := time.Now()
	_, err := Run(ctx, Suite{Roles: []string{"server"}, Steps: []Step{started}}, dir, Options{})
	require.ErrorIs(t, err, newer)
	assert.Less(t, time.Since(begin), waitCap)
}

func TestAStuckProgramIsNotWaitedForToTheCap(t *testing.T) {
	requirePython(t)
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what a program waits for")
	}
	dir := t.TempDir()
	write(t, dir, "server.py", serverHead+"c = s.accept(); s.accept()")
	r := runSuite(t, dir, Options{Isolation: lab.TwoHosts}, step("ping", pingServer))
	require.Equal(t, KindSentNothing, r.Steps[0].Cause.Kind)
	assert.Contains(t, strings.Join(r.Steps[0].Cause.Evidence, "\n"), "accept")
}

func requireTwoHosts(t *testing.T) {
	t.Helper()
	l, err := lab.Open(t.Context(), lab.Config{Isolation: lab.TwoHosts})
	if err != nil {
		t.Skip(err)
	}
	require.NoError(t, l.Close())
}

func step(name string, run func(*T)) Step {
	return Step{Name: name, Title: name, Role: "server", Points: 10, Run: run}
}

func runSuite(t *testing.T, dir string, o Options, steps ...Step) Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := Run(ctx, Suite{Exercise: "ping", Roles: []string{"server"}, Port: 7777, Steps: steps}, dir, o)
	require.NoError(t, err)
	require.Len(t, r.Steps, len(steps))
	return r
}

func TestAPortThatSomebodyElseHasTakenIsNotTheProgramsFault(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	s := step("ping", func(t *T) {
		addr, err := t.Lab().Server().Addr(t.Port())
		require.NoError(t, err)
		squatter, err := net.Listen("tcp", addr.String())
		require.NoError(t, err)
		defer squatter.Close()
		p := t.Start("server", addr.String())
		p.Network = "tcp"
		p.waitEnd()
		p.AwaitListening()
	})
	r := runSuite(t, dir, Options{Isolation: lab.Loopback}, s)
	assert.Equal(t, Broken, r.Verdict)
	assert.Contains(t, r.Steps[0].Cause.Message, "another program of this machine")
}
