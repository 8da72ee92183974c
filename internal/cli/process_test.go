package cli

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/study"
)

// processCap is how long a busy machine may take for one learnnet.
const processCap = 60 * time.Second

// pollEvery is how often a file that a program makes is looked for.
const pollEvery = 5 * time.Millisecond

// A learner is somebody with a home and a learnnet of their own, as processes.
type learner struct {
	t    *testing.T
	home string
	exe  string
}

func newLearner(t *testing.T) learner {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	// testscript.Main goes by the name.
	l := learner{t: t, home: t.TempDir(), exe: filepath.Join(t.TempDir(), "learnnet")}
	if os.Link(self, l.exe) != nil { // on another file system, or somebody else's
		program, err := os.ReadFile(self)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(l.exe, program, 0o755))
	}
	return l
}

func (l learner) command(args ...string) *exec.Cmd {
	cmd := exec.Command(l.exe, args...)
	cmd.Dir = l.home
	cmd.Env = append(os.Environ(), "HOME="+l.home, "XDG_CONFIG_HOME="+filepath.Join(l.home, "config"),
		"XDG_RUNTIME_DIR="+filepath.Join(l.home, "run"), "XDG_CACHE_HOME="+filepath.Join(l.home, "cache"),
		raceVar+"="+noRaceSleep, "NO_COLOR=1", "COLUMNS=80")
	return cmd
}

func (l learner) run(args ...string) string {
	l.t.Helper()
	out, err := l.command(args...).CombinedOutput()
	require.NoError(l.t, err, "learnnet %s: %s", strings.Join(args, " "), out)
	return string(out)
}

// needPython skips where there is none.
func needPython(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no Python here: ", err)
	}
}

// A running learnnet, whose output can be waited for.
type running struct {
	*exec.Cmd
	t     *testing.T
	mu    sync.Mutex
	out   bytes.Buffer
	grown chan struct{}
}

func (l learner) start(args ...string) *running {
	l.t.Helper()
	r := &running{Cmd: l.command(args...), t: l.t, grown: make(chan struct{}, 1)}
	r.Stdout, r.Stderr = r, r
	require.NoError(l.t, r.Start())
	l.t.Cleanup(func() { _ = r.Process.Kill(); _ = r.Cmd.Wait() })
	return r
}

func (r *running) Write(b []byte) (int, error) {
	r.mu.Lock()
	r.out.Write(b)
	r.mu.Unlock()
	select {
	case r.grown <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (r *running) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

// until waits until the output holds text n times.
func (r *running) until(text string, n int) {
	r.t.Helper()
	end := time.After(processCap)
	for strings.Count(r.String(), text) < n {
		select {
		case <-r.grown:
		case <-end:
			require.FailNowf(r.t, "waiting for output", "%q did not come %d times; so far:\n%s", text, n, r)
		}
	}
}

// interrupt sends Ctrl-C and wants learnnet to end with status 130, soon.
func (r *running) interrupt() {
	r.t.Helper()
	if runtime.GOOS == "windows" {
		r.t.Skip("Windows sends Ctrl-C to a console, not to a process")
	}
	require.NoError(r.t, r.Process.Signal(os.Interrupt))
	ended := make(chan struct{})
	go func() { _ = r.Cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(processCap):
		require.FailNow(r.t, "learnnet did not end at Ctrl-C", r.String())
	}
	require.Equal(r.t, 130, r.ProcessState.ExitCode(), "output: %s", r)
}

func (l learner) write(name, text string) {
	l.t.Helper()
	require.NoError(l.t, os.WriteFile(filepath.Join(l.home, name), []byte(text), 0o644))
}

const greetsWell = `import socket, sys
host, port = sys.argv[1].rsplit(":", 1)
with socket.create_server((host, int(port))) as listener:
    while True:
        conn, _ = listener.accept()
        with conn:
            conn.sendall(b"hi")
`

func TestCtrlCDuringACheckLeavesNothingBehind(t *testing.T) {
	needPython(t)
	l := newLearner(t)
	l.run("init")
	l.run("start", "greeting", "--lang", "python")
	// It tells that it runs, and never listens.
	l.write("greeting/server.py", "import os, sys\nopen('running', 'w').write('x')\nos.execvp('sleep', ['sleep', '7654'])\n")
	check := l.start("check", "greeting")
	require.Eventually(t, func() bool { _, err := os.Stat(filepath.Join(l.home, "running")); return err == nil },
		processCap, pollEvery)

	check.interrupt()
	assert.NotContains(t, check.String(), "goroutine")
	if _, err := os.Stat("/proc/self/cmdline"); err == nil {
		assert.Empty(t, processesNaming(t, "sleep\x007654"), "the learner's program still runs")
		assert.Empty(t, processesNaming(t, l.exe), "a process of ours still runs")
	}
	assert.NotContains(t, l.run("status", "--json"), `"verdict": "failed"`, "an interrupted check is no verdict")
}

func TestCtrlCDuringADemoLeavesNothingBehind(t *testing.T) {
	l := newLearner(t)
	demo := l.start("demo", "greeting", "--delay", "10s") // so that it waits for its first frame
	demo.until("starts", 1)
	demo.interrupt()
	if _, err := os.Stat("/proc/self/cmdline"); err == nil {
		assert.Empty(t, processesNaming(t, l.exe), "a process of ours still runs")
	}
}

// processesNaming returns the command lines that hold text.
func processesNaming(t *testing.T, text string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	var out []string
	for _, f := range files {
		if line, err := os.ReadFile(f); err == nil && strings.Contains(string(line), text) {
			out = append(out, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return out
}

func TestCtrlCEndsAQuizThatWaitsForAnAnswer(t *testing.T) {
	l := newLearner(t)
	cmd := l.command("quiz", "greeting")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	r := &running{Cmd: cmd, t: t, grown: make(chan struct{}, 1)}
	cmd.Stdout, cmd.Stderr = r, r
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	r.until("Your prediction, a number:", 1)
	r.interrupt()
}

func TestSIGTERMIsLikeCtrlC(t *testing.T) {
	l := newLearner(t)
	cmd := l.command("quiz", "greeting")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	_, err = io.ReadFull(out, make([]byte, 10)) // it is under way
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	require.Equal(t, 130, cmd.ProcessState.ExitCode())
}

func TestTwoLearnnetsAtOnceLoseNothing(t *testing.T) {
	l := newLearner(t)
	l.run("init")
	commands := [][]string{
		{"read", "greeting"}, {"read", "shout"}, {"hint", "greeting"}, {"hint", "shout"},
		{"solution", "greeting", "--reveal"}, {"solution", "shout", "--reveal"}, {"start", "greeting"}, {"start", "shout"},
	}
	var wg sync.WaitGroup
	for _, args := range commands {
		wg.Go(func() {
			out, err := l.command(args...).CombinedOutput()
			assert.NoError(t, err, "%s", out)
		})
	}
	wg.Wait()

	p, err := study.Workspace{Dir: l.home}.Store().Load(t.Context())
	require.NoError(t, err)
	for slug, step := range map[string]string{"greeting": "listens", "shout": "shouts"} {
		topic := p.Topic(slug)
		assert.False(t, topic.Read.IsZero(), "%s was read", slug)
		assert.False(t, topic.Revealed.IsZero(), "the solution of %s was shown", slug)
		assert.NotEmpty(t, topic.Language, "%s was started", slug)
		assert.Equal(t, 1, topic.Hints[step], "a hint for %s was given", slug)
	}
	leftovers, err := filepath.Glob(filepath.Join(l.home, ".learnnet", "progress.json?*"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(l.home, ".learnnet", "progress.json.lock")}, leftovers)
}

// refused runs learnnet where the kernel refuses further user namespaces, and
// wants it to end with that status.
func (l learner) refused(args string, status int) string {
	l.t.Helper()
	cmd := l.command()
	cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c",
		"exec unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec \"$0\" " + args + "' \"$0\"", l.exe}
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "unshare") {
		l.t.Skipf("this machine can't refuse namespaces to a program: %s", out)
	}
	require.NotNil(l.t, cmd.ProcessState, "%v", err)
	require.Equal(l.t, status, cmd.ProcessState.ExitCode(), "%s", out)
	return string(out)
}

// TestARunOnTheLoopbackShowsWhatTheRelaySees watches a learner's own programs,
// and those of a server that isn't there.
func TestARunOnTheLoopbackShowsWhatTheRelaySees(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems have nothing but the loopback, and the scripts see to it")
	}
	needPython(t)
	t.Setenv(courseVar, "pair")
	l := newLearner(t)
	write := func(dir, role, code string) {
		require.NoError(t, os.MkdirAll(filepath.Join(l.home, dir), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(l.home, dir, role+".py"),
			[]byte("import socket, sys\nhost, port = sys.argv[1].rsplit(':', 1)\nat = (host, int(port))\n"+code), 0o644))
	}
	const server = "with socket.create_server(at) as listener:\n  conn, _ = listener.accept()\n  conn.sendall(conn.recv(100))\n  conn.close()\n"
	const client = "with socket.create_connection(at) as conn:\n  conn.sendall(b'echo')\n  while conn.recv(100): pass\n"
	write("both", "server", server)
	write("both", "client", client)
	shown := l.refused("trace echo --dir both --width 80", exitOK)
	at := 0
	for _, want := range []string{"client 127.0.0.1  │              relay", "│──connects─", `│──"echo" 4 bytes─`, `─"echo" 4 bytes──│`, "─ends its stream──│",
		"│──ends its stream─"} {
		i := strings.Index(shown[at:], want)
		require.GreaterOrEqual(t, i, 0, "%q, behind what must come before it, in\n%s", want, shown)
		at += i
	}
	events := l.refused("trace echo --dir both --json", exitOK)
	assert.Contains(t, events, `"kind":"relay","host":"client","relay":{"network":"tcp","conn":1,"what":"connected"`)
	assert.Contains(t, events, `"data":"ZWNobw==","length":4`)

	// A server that goes on is ended by us, which the relay doesn't tell. It sends
	// nothing: an answer that nobody has read would turn the client's end into a reset.
	write("goes-on", "server", "with socket.create_server(at) as listener:\n  conn, _ = listener.accept()\n  conn.recv(100)\n  listener.accept()\n")
	write("goes-on", "client", "with socket.create_connection(at) as conn:\n  conn.sendall(b'last')\n")
	shown = l.refused("trace echo --dir goes-on --width 80", exitOK)
	assert.Contains(t, shown, `│──"last" 4 bytes─`)
	assert.Contains(t, shown, "│──ends its stream─", "although the client ended at once")
	assert.NotContains(t, shown, "─ends its stream──│")

	// Where nobody listens the client is refused, as on two hosts.
	write("ended", "server", "")
	write("ended", "client", client)
	shown = l.refused("trace echo --dir ended --width 100", exitOK)
	assert.Contains(t, shown, "Connection refused")
	assert.NotContains(t, shown, "connects─")
}

// TestWithoutNamespacesTheLoopbackServes runs learnnet where the kernel refuses
// further user namespaces.
func TestWithoutNamespacesTheLoopbackServes(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems have nothing but the loopback")
	}
	l := newLearner(t)
	refused := l.refused
	demo := refused("demo greeting --loss 50%", exitOK)
	assert.Contains(t, demo, "learnnet: on the loopback: learnnet's relay shows what both sides send, but no frames, calls and states: "+
		"user namespaces are switched off (user.max_user_namespaces = 0); \"learnnet doctor\" helps")
	assert.Contains(t, demo, "learnnet: there is no wire to disturb")
	assert.Contains(t, demo, "learnnet: \"learnnet demo greeting --recorded\" shows a run on two hosts")
	recorded := refused("demo greeting --recorded", exitOK)
	assert.Contains(t, recorded, "SYN seq=0")
	assert.Contains(t, recorded, "connect(")
	assert.Contains(t, demo, "127.0.0.1")
	assert.Contains(t, demo, "┃ hi")
	assert.Contains(t, demo, "│──connects─")
	assert.Contains(t, demo, `─"hi\n" 3 bytes──│`)
	assert.Contains(t, demo, "─ends its stream──│")

	doctor := refused("doctor", exitOK)
	assert.Contains(t, doctor, "! two hosts  user namespaces are switched off")
	assert.Contains(t, doctor, "echo user.max_user_namespaces=10000 | sudo tee")
	assert.Contains(t, doctor, "✓ loopback   works")
	assert.Contains(t, doctor, "You can study here")

	assert.Equal(t, "learnnet: there are no two hosts to be had here: user namespaces are switched off (user.max_user_namespaces = 0)\n"+
		"\"learnnet doctor\" says how to get them\n", refused("lab", exitBroken))
}
