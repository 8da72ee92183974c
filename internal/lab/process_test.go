package lab

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

func TestExitTellsStatusAndSignal(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		for script, want := range map[string]trace.Exit{
			"exit 0":            {},
			"exit 3":            {Status: 3},
			"kill -SEGV $$":     {Status: -1, Signal: "segmentation fault"},
			"kill -TERM $$":     {Status: -1, Signal: "terminated"},
			"echo last; exit 7": {Status: 7},
		} {
			p := startShell(t, l, script)
			exit, err := p.Wait(within(t))
			require.NoError(t, err)
			assert.Equal(t, want, exit, script)
			if strings.HasPrefix(script, "echo") {
				assert.Equal(t, "last\n", p.Stdout().String(), "Wait has waited for the output")
			}
			assert.Empty(t, p.Members())
		}
		p := startShell(t, l, "exec sleep 1000")
		p.Kill()
		exit, err := p.Wait(within(t))
		require.NoError(t, err)
		assert.Equal(t, trace.Exit{Status: -1, Signal: "killed"}, exit)
	})
}

func TestAProgramHasNoMoreOpenFilesThanItIsAllowed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux lets a program's limits be set from outside")
	}
	onBoth(t, func(t *testing.T, l *Lab) {
		// It asks for the limit when it is told to: by then the limit stands.
		p, err := l.Server().Start(within(t), Command{Name: "program", Path: "/bin/sh", Args: []string{"-c", "read go; ulimit -Hn; ulimit -n"}, OpenFiles: 77})
		require.NoError(t, err)
		t.Cleanup(p.Kill)
		require.NoError(t, p.Input([]byte("go\n")))
		_, err = p.Wait(within(t))
		require.NoError(t, err)
		assert.Equal(t, "77\n77\n", p.Stdout().String())
	})
}

func TestTimelineTellsAProgramsLife(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		p := startShell(t, l, "read line; echo got $line; exit 4")
		require.NoError(t, p.Input([]byte("salt\n")))
		require.NoError(t, p.CloseInput())
		_, err := p.Wait(within(t))
		require.NoError(t, err)
		assert.Equal(t, "got salt\n", p.Stdout().String())
		p.Kill()

		var story []string
		for _, e := range l.Timeline().Events() {
			switch e.Kind {
			case trace.KindProcess:
				if e.Process.Exit == nil {
					story = append(story, "start")
				} else {
					story = append(story, fmt.Sprint("exit ", e.Process.Exit.Status))
				}
			case trace.KindInput:
				story = append(story, fmt.Sprintf("input %q %v", e.Input.Data, e.Input.EOF))
			case trace.KindOutput:
				story = append(story, fmt.Sprintf("output %q", e.Output.Data))
			}
		}
		assert.ElementsMatch(t, []string{"start", `input "salt\n" false`, `input "" true`, `output "got salt\n"`, "exit 4"}, story)
	})
}

func TestStartUsesDirectoryAndEnvironment(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		dir, err := filepath.EvalSymlinks(t.TempDir())
		require.NoError(t, err)
		p, err := l.Client().Start(within(t), Command{Name: "script", Path: needs(t, "sh"), Dir: dir,
			Args: []string{"-c", `pwd; echo "$SALT"; echo err >&2`}, Env: append(os.Environ(), "SALT=sea")})
		require.NoError(t, err)
		t.Cleanup(p.Kill)
		_, err = p.Wait(within(t))
		require.NoError(t, err)
		assert.Equal(t, dir+"\nsea\n", p.Stdout().String())
		assert.Equal(t, "err\n", p.Stderr().String())
		assert.Equal(t, trace.Client, p.Host().Name())
	})
}

func TestStartSaysWhyItFails(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		_, err := l.Server().Start(within(t), Command{Name: "server", Path: "/no/such/program"})
		require.ErrorContains(t, err, "start server: ")
		assert.ErrorIs(t, err, syscall.ENOENT)
		file := filepath.Join(t.TempDir(), "server")
		require.NoError(t, os.WriteFile(file, []byte("not a program"), 0o644))
		_, err = l.Server().Start(within(t), Command{Name: "server", Path: file})
		assert.ErrorIs(t, err, syscall.EACCES)
		p := startShell(t, l, "echo still fine")
		printed(t, p, "still fine")
	})
}

func TestInputFailsWhenNobodyReads(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		p := startShell(t, l, "exit 0")
		_, err := p.Wait(within(t))
		require.NoError(t, err)
		err = p.Input([]byte("hello"))
		require.ErrorContains(t, err, "standard input of script")
		assert.ErrorIs(t, err, syscall.EPIPE)
	})
}

func TestKillEndsABlockedInput(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		p := startShell(t, l, "exec sleep 1000")
		failed := make(chan error, 1)
		go func() { failed <- p.Input(make([]byte, 1<<20)) }() // more than a pipe holds
		require.Eventually(t, func() bool {
			for _, e := range l.Timeline().Events() {
				if e.Kind == trace.KindInput {
					return true
				}
			}
			return false
		}, patience, time.Millisecond)
		p.Kill()
		select {
		case err := <-failed:
			assert.Error(t, err)
		case <-time.After(patience):
			t.Fatal("Input still hangs after Kill")
		}
	})
}

// Each of these must be gone, whole, after Kill.
func TestKillEndsTheWholeTree(t *testing.T) {
	for name, tree := range map[string]struct {
		code  string
		lines int // printed when the tree stands
		alive int
	}{
		"a child":            {"os.fork(); os.write(1, b'up\\n'); time.sleep(1000)", 2, 2},
		"ignores SIGTERM":    {"signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(1, b'up\\n'); time.sleep(1000)", 1, 1},
		"a group of its own": {"if os.fork() == 0: os.setpgid(0, 0)\nos.write(1, b'up\\n'); time.sleep(1000)", 2, 2},
		"a session":          {"if os.fork() == 0: os.setsid()\nos.write(1, b'up\\n'); time.sleep(1000)", 2, 2},
		"an orphan":          {"if os.fork() == 0:\n  if os.fork() == 0: os.close(0)\n  else: os._exit(0)\nos.write(1, b'up\\n'); time.sleep(1000)", 2, 2},
		"the program ended":  {"if os.fork() != 0: os._exit(0)\nos.write(1, b'up\\n'); time.sleep(1000)", 1, 1},
		"eight times forked": {"for i in range(8): os.fork()\nos.write(1, b'up\\n'); time.sleep(1000)", 256, 256},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, l *Lab) {
				p := startPython(t, l, tree.code)
				ok := p.Stdout().Until(within(t), func(b []byte) bool { return bytes.Count(b, []byte("up\n")) >= tree.lines })
				require.True(t, ok, "%s%s", p.Stdout(), p.Stderr())
				var members []Member
				require.Eventually(t, func() bool { members = p.Members(); return len(members) == tree.alive },
					patience, 5*time.Millisecond, "members: %v", members)
				start := time.Now()
				p.Kill()
				assert.Less(t, time.Since(start), 10*time.Second)
				assert.Empty(t, p.Members())
				for _, m := range members {
					assert.False(t, alive(m.PID), "%d (%s) is still there", m.PID, m.Command)
				}
			})
		})
	}
}

// daemonCode leaves a process behind that has neither parent nor session in
// common with the program, and that keeps its output open.
const daemonCode = `
r, w = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(w, b'.')
        time.sleep(1000)
    os._exit(0)
os.read(r, 1)
os.wait()
os.write(1, b'up\n')
`

func TestADaemonDoesNotSurviveKill(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		p := startPython(t, l, daemonCode)
		_, err := p.Wait(within(t))
		require.NoError(t, err)
		left := p.Members()
		require.Len(t, left, 1)
		p.Kill()
		assert.False(t, alive(left[0].PID))
		select {
		case <-p.Stdout().Done():
		default:
			t.Error("the output is still open after Kill")
		}
	})
}

// Nothing on the loopback finds a process that gave up its parent, its session
// and its environment; Kill must return all the same.
func TestKillReturnsAlthoughADaemonEscapedOnTheLoopback(t *testing.T) {
	l := openLab(t, Config{Isolation: Loopback})
	code := strings.Replace(daemonCode, "        time.sleep(1000)",
		"        os.write(1, b'pid %d\\n' % os.getpid())\n        os.execve('/bin/sleep', ['sleep', '1000'], {})", 1)
	p := startPython(t, l, code)
	_, err := p.Wait(within(t))
	require.NoError(t, err)
	printed(t, p, "pid ")
	_, rest, _ := strings.Cut(p.Stdout().String(), "pid ")
	pid, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	daemon, err := os.FindProcess(pid)
	require.NoError(t, err)
	defer daemon.Kill()
	require.Eventually(t, func() bool { return len(p.Members()) == 0 }, patience, time.Millisecond,
		"the daemon has not given up its environment")

	start := time.Now()
	p.Kill()
	assert.Less(t, time.Since(start), 10*time.Second)
	<-p.Stdout().Done()
	assert.True(t, alive(pid), "nothing escaped, so this test shows nothing")
}

func TestKillMayComeFromEverywhereAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		p := startShell(t, l, "exec sleep 1000")
		done := make(chan bool)
		for range 4 {
			go func() { p.Kill(); done <- true }()
		}
		for range 4 {
			<-done
		}
		assert.Empty(t, p.Members())
	})
}

func TestKillRightAfterStart(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		for range 20 {
			p := startShell(t, l, "sleep 1000 & sleep 1000")
			p.Kill()
			assert.Empty(t, p.Members())
		}
	})
}

func TestEndlessOutputTakesBoundedMemory(t *testing.T) {
	size := int64(1 << 30)
	if testing.Short() {
		size = 64 << 20
	}
	onBoth(t, func(t *testing.T, l *Lab) {
		p := startShell(t, l, `echo first; head -c $1 /dev/zero; echo last`, strconv.FormatInt(size, 10))
		_, err := p.Wait(within(t))
		require.NoError(t, err)
		<-p.Stdout().Done()
		assert.Equal(t, size+int64(len("first\nlast\n")), p.Stdout().Total())
		kept := p.Stdout().Bytes()
		assert.Less(t, len(kept), 2*keepOutput+100)
		assert.True(t, bytes.HasPrefix(kept, []byte("first\n")))
		assert.True(t, bytes.HasSuffix(kept, []byte("last\n")))
		assert.Contains(t, string(kept), "bytes left out")
		recorded := 0
		for _, e := range l.Timeline().Events() {
			if e.Output != nil {
				recorded += len(e.Output.Data)
			}
		}
		assert.Less(t, recorded, 2*recordLimit)
	})
}
