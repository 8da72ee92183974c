//go:build amd64 || arm64

package lab

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/learnnet/learnnet/internal/trace"
)

// helloServers do the same in every language: accept once, read once, answer
// "hi", close.
var helloServers = map[string]struct{ tool, file, text string }{
	"go": {"go", "main.go", `package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	l, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Println("ready")
	c, err := l.Accept()
	if err != nil {
		panic(err)
	}
	c.Read(make([]byte, 100))
	c.Write([]byte("hi"))
	c.Close()
}
`},
	"python": {"python3", "main.py", `import socket, sys
host, port = sys.argv[1].rsplit(":", 1)
with socket.socket() as s:
    s.bind((host, int(port)))
    s.listen()
    print("ready", flush=True)
    c, _ = s.accept()
    c.recv(100)
    c.sendall(b"hi")
    c.close()
`},
	"c": {"gcc", "main.c", `#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
	struct sockaddr_in a = {.sin_family = AF_INET};
	char *colon = strrchr(argv[1], ':'), buf[100];
	*colon = 0;
	a.sin_addr.s_addr = inet_addr(argv[1]);
	a.sin_port = htons(atoi(colon + 1));
	int s = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 5)) return 1;
	puts("ready");
	fflush(stdout);
	int c = accept(s, NULL, NULL);
	recv(c, buf, sizeof buf, 0);
	send(c, "hi", 2, 0);
	close(c);
}
`},
	"node": {"node", "main.js", `
const [host, port] = process.argv[2].split(":");
const server = require("net").createServer(c => {
  c.once("data", () => { c.end("hi"); server.close(); });
});
server.listen(+port, host, () => console.log("ready"));
`},
}

// startHello starts one of helloServers on the server's host.
func startHello(t *testing.T, l *Lab, lang, addr string) *Process {
	t.Helper()
	s := helloServers[lang]
	tool, err := exec.LookPath(s.tool)
	if err != nil {
		t.Skipf("%s is not installed", s.tool)
	}
	dir := t.TempDir()
	source := filepath.Join(dir, s.file)
	require.NoError(t, os.WriteFile(source, []byte(s.text), 0o600))
	c := Command{Name: "server", Path: tool, Args: []string{source, addr}}
	var build *exec.Cmd
	switch lang {
	case "go":
		build = exec.Command(tool, "build", "-o", filepath.Join(dir, "main"), source)
	case "c":
		build = exec.Command(tool, "-o", filepath.Join(dir, "main"), source)
	case "python":
		c.Path = python(t)
	}
	if build != nil {
		out, err := build.CombinedOutput()
		require.NoError(t, err, string(out))
		c.Path, c.Args = filepath.Join(dir, "main"), []string{addr}
	}
	p, err := l.Server().Start(within(t), c)
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	return p
}

// python is the interpreter itself: version managers put a script before it,
// which makes hundreds of calls of its own.
func python(t *testing.T) string {
	t.Helper()
	out, err := exec.Command(needs(t, "python3"), "-c", "import sys; print(sys.executable)").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// callsOf returns the calls of a program as they are drawn, entries alone and
// returns alone.
func callsOf(l *Lab, program string) (entries, returns []string) {
	for _, e := range l.Timeline().Events() {
		switch {
		case e.Call == nil || e.Call.Program != program:
		case e.Call.Return == nil:
			entries = append(entries, e.Call.String())
		default:
			returns = append(returns, e.Call.String())
		}
	}
	return entries, returns
}

func TestTheSameCallsAreSeenInEveryLanguage(t *testing.T) {
	for lang, calls := range map[string][]string{
		"go": {"socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP) = …", "bind(…, 10.0.0.2:8898) = 0", "listen(…) = 0",
			"accept(…, 10.0.0.1:…) = …", "read(…, \"hello!\", 100) = 6", "write(…, \"hi\", 2) = 2", "close(…) = 0"},
		"python": {"socket(AF_INET, SOCK_STREAM, 0) = 3", "bind(3, 10.0.0.2:8898) = 0", "listen(3, …) = 0",
			"accept(3, 10.0.0.1:…) = 4", "recv(4, \"hello!\", 100) = 6", "send(4, \"hi\", 2) = 2", "close(4) = 0", "close(3) = 0"},
		"c": {"socket(AF_INET, SOCK_STREAM, 0) = 3", "bind(3, 10.0.0.2:8898) = 0", "listen(3, 5) = 0",
			"accept(3) = 4", "recv(4, \"hello!\", 100) = 6", "send(4, \"hi\", 2) = 2", "close(4) = 0"},
		"node": {"socket(AF_INET, SOCK_STREAM, 0) = …", "bind(…, 10.0.0.2:8898) = 0", "listen(…) = 0",
			"accept(…) = …", "read(…, \"hello!\", 65536) = 6", "write(…, \"hi\", 2) = 2", "shutdown(…, SHUT_WR) = 0", "close(…) = 0"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{}})
			p := startHello(t, l, lang, "10.0.0.2:8898")
			printed(t, p, "ready")
			c, err := l.Client().Dial(within(t), "tcp", "10.0.0.2:8898")
			require.NoError(t, err)
			_, err = c.Write([]byte("hello!"))
			require.NoError(t, err)
			answer := make([]byte, 2)
			_, err = c.Read(answer)
			require.NoError(t, err)
			require.NoError(t, c.Close())
			_, err = p.Wait(within(t))
			require.NoError(t, err)
			require.NoError(t, l.CallsMissing())
			entries, returns := callsOf(l, "server")
			assertInOrder(t, calls, returns)
			// The call that a program ends in never returns.
			assert.GreaterOrEqual(t, len(entries), len(returns))
			if lang != "node" { // which sets options and tries more
				assert.Len(t, returns, len(calls), "%q", returns)
			}
		})
	}
}

// assertInOrder wants each of the patterns, in which … stands for anything, to
// match one of got, in this order.
func assertInOrder(t *testing.T, patterns, got []string) {
	t.Helper()
	next := 0
	for _, pattern := range patterns {
		for next < len(got) && !matches(pattern, got[next]) {
			next++
		}
		if !assert.Less(t, next, len(got), "%s is missing or out of order in\n%s", pattern, strings.Join(got, "\n")) {
			return
		}
		next++
	}
}

func matches(pattern, text string) bool {
	head, rest, open := strings.Cut(pattern, "…")
	text, ok := strings.CutPrefix(text, head)
	for ok && open {
		var piece string
		piece, rest, open = strings.Cut(rest, "…")
		if !open {
			return strings.HasSuffix(text, piece)
		}
		_, text, ok = strings.Cut(text, piece)
	}
	return ok && text == ""
}

func TestCallsOfThreadsAndChildrenAreSeen(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{}})
	p, err := l.Server().Start(within(t), Command{Name: "program", Path: python(t), Args: []string{"-c", `
import os, socket, threading
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
d = os.dup(s.fileno())
thread = threading.Thread(target=lambda: s.sendto(b"from a thread", ("10.0.0.1", 9)))
thread.start(); thread.join()
if os.fork() == 0:
    s.sendto(b"from a child", ("10.0.0.1", 9))
    os._exit(0)
os.wait()
os.write(d, b"")
`}})
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	_, err = p.Wait(within(t))
	require.NoError(t, err)
	pids, socks := map[string]int{}, map[uint64]bool{}
	for _, e := range l.Timeline().Events() {
		if c := e.Call; c != nil && c.Name == "sendto" && c.Return == nil {
			pids[string(c.Data)] = c.PID
			socks[c.Sock] = true
		}
	}
	require.Contains(t, pids, "from a thread")
	require.Contains(t, pids, "from a child")
	assert.Equal(t, p.PID(), pids["from a thread"])
	assert.NotEqual(t, p.PID(), pids["from a child"])
	assert.Len(t, socks, 1, "a socket keeps its name through fork")
	_, returns := callsOf(l, "program")
	assertInOrder(t, []string{"write(4, \"\", 0) = …"}, returns)
}

// What the C library asks for itself is none of the program's.
func TestTheCLibrarysOwnSocketsAreLeftOut(t *testing.T) {
	for all, libcs := range map[bool]bool{true: true, false: false} {
		l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{All: all}})
		followToTheEnd(t, l, Command{Name: "program", Path: python(t), Args: []string{"-c",
			"import pwd, socket\npwd.getpwuid(0)\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0mine')\ns.close()"}})
		entries, _ := callsOf(l, "program")
		calls := strings.Join(entries, "\n")
		assert.Contains(t, calls, "mine")
		assert.Equal(t, libcs, strings.Contains(calls, "nscd"), "all %t:\n%s", all, calls)
		if !all {
			assert.Len(t, entries, 3, calls)
		}
	}
}

func TestARefusedConnectIsOneCallWithItsError(t *testing.T) {
	for name, code := range map[string]string{
		"blocking": "s.connect(('10.0.0.2', 9))",
		"polled":   "s.settimeout(5); s.connect(('10.0.0.2', 9))",
	} {
		l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{}})
		p, err := l.Client().Start(within(t), Command{Name: "program", Path: python(t), Args: []string{"-c",
			"import socket\ns = socket.socket()\n" + code}})
		require.NoError(t, err)
		_, err = p.Wait(within(t))
		require.NoError(t, err)
		_, returns := callsOf(l, "program")
		assert.Contains(t, returns, "connect(3, 10.0.0.2:9) = -1 ECONNREFUSED", name)
		entries, _ := callsOf(l, "program")
		connects := 0
		for _, e := range entries {
			if strings.HasPrefix(e, "connect(") {
				connects++
			}
		}
		assert.Equal(t, 1, connects, name)
	}
}

// A program whose call is held stands still, and goes on afterwards.
func TestAHeldCallHoldsTheProgram(t *testing.T) {
	held, release := make(chan trace.Event), make(chan struct{})
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{Hold: func(ctx context.Context, e trace.Event) {
		select {
		case held <- e:
		case <-ctx.Done():
			return
		}
		select {
		case <-release:
		case <-ctx.Done():
		}
	}}})
	p, err := l.Client().Start(within(t), Command{Name: "program", Path: python(t), Args: []string{"-c",
		"import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.sendto(b'x', ('10.0.0.2', 9))\nprint('sent', flush=True)\ninput()"}})
	require.NoError(t, err)
	for {
		e := <-held
		if e.Call.Name == "sendto" && e.Call.Return == nil {
			break
		}
		release <- struct{}{}
	}
	for _, e := range l.Timeline().Events() {
		assert.Nil(t, e.Frame, "nothing is on the wire before the call goes on")
	}
	release <- struct{}{}
	e := <-held
	assert.Equal(t, "sendto", e.Call.Name)
	assert.NotNil(t, e.Call.Return)
	// Killing it must not wait for anybody to let the call go.
	p.Kill()
}

// TestClosedLabLeavesNoFollower has programs followed to their end, or killed
// while a call of theirs is held, and looks for who followed them.
func TestClosedLabLeavesNoFollower(t *testing.T) {
	maker := Command{Name: "maker", Path: python(t), Args: []string{"-c", "import socket; socket.socket().close()"}}
	l := openLab(t, Config{Isolation: TwoHosts, Calls: &Calls{}})
	followToTheEnd(t, l, maker) // what is made once and kept, is made now
	if err := l.CallsMissing(); err != nil {
		t.Skipf("this machine does not show programs' calls: %v", err)
	}
	require.NoError(t, l.Close())
	before := openFiles(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for range 5 {
		held := make(chan struct{}, 1)
		l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{Hold: func(ctx context.Context, e trace.Event) {
			if e.Host == trace.Client {
				held <- struct{}{}
				<-ctx.Done()
			}
		}}})
		followToTheEnd(t, l, maker)
		_, calls := callsOf(l, "maker")
		require.Len(t, calls, 2)
		_, err := l.Client().Start(within(t), maker)
		require.NoError(t, err)
		<-held
		require.NoError(t, l.Close())
	}
	assert.Equal(t, before, openFiles(t), "open files")
	assert.Empty(t, children(), "child processes")
}

// followToTheEnd has the server run a program.
func followToTheEnd(t *testing.T, l *Lab, c Command) {
	t.Helper()
	p, err := l.Server().Start(within(t), c)
	require.NoError(t, err)
	end, err := p.Wait(within(t))
	require.NoError(t, err)
	require.True(t, end.OK(), "%s", p.Stderr())
}

func TestWhatIsUnfollowedHasNoCallsInTheTimeline(t *testing.T) {
	timeline := trace.New()
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: timeline, Calls: &Calls{}})
	for _, unfollowed := range []bool{false, true} {
		before := timeline.Len()
		p, err := l.Client().Start(within(t), Command{Name: "maker", Path: needs(t, "python3"), Unfollowed: unfollowed,
			Args: []string{"-c", "import socket; socket.socket().close()"}})
		require.NoError(t, err)
		exit, err := p.Wait(within(t))
		require.NoError(t, err)
		assert.True(t, exit.OK())
		calls := 0
		for _, e := range timeline.Events()[before:] {
			if e.Call != nil {
				calls++
			}
		}
		assert.Equal(t, unfollowed, calls == 0, "%d calls", calls)
	}
}
