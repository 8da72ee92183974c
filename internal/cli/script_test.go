package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
)

func TestMain(m *testing.M) {
	// The agents and the demos' programs are this executable started again,
	// under whatever name.
	lab.Main()
	demo.Main(findTestDemo)
	testscript.Main(m, map[string]func(){
		"learnnet": func() { os.Exit(run(scriptCourse())) },
	})
}

// Under -race every process sleeps for a second before it ends, unless told
// otherwise.
const raceVar, noRaceSleep = "GORACE", "atexit_sleep_ms=0"

func findTestDemo(lesson string) (demo.Demo, bool) {
	for _, t := range testTopics() {
		if t.Slug == lesson {
			return t.Lesson.Demo, true
		}
	}
	return demo.Demo{}, false
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": expectStatus, "await": await},
		Condition: func(name string) (bool, error) {
			switch name {
			case "two-hosts":
				return haveTwoHosts(), nil
			case "calls":
				return haveCalls(), nil
			}
			_, err := exec.LookPath(name)
			return err == nil, nil
		},
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			for name, value := range map[string]string{
				"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, "config"), "XDG_CACHE_HOME": cacheDir(), "XDG_RUNTIME_DIR": filepath.Join(e.WorkDir, "run"),
				raceVar: noRaceSleep, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80", "GOFLAGS": "", "GOCACHE": goCache(),
			} {
				e.Setenv(name, value)
			}
			return os.Mkdir(home, 0o755)
		},
	})
}

// expectStatus runs a command and wants just that exit status, which exec and
// its "!" can't tell apart: status 2 learnnet check nothing
func expectStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [argument ...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("status %d; want %d", got, want)
	}
}

// await waits until programs in the background have made a number of files, or
// of those that hold a text: await N pattern [text]
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: await N pattern [text]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	for end := time.Now().Add(processCap); ; time.Sleep(pollEvery) {
		found, err := filepath.Glob(ts.MkAbs(args[1]))
		ts.Check(err)
		found = slices.DeleteFunc(found, func(name string) bool {
			return len(args) == 3 && !strings.Contains(ts.ReadFile(name), args[2])
		})
		if len(found) == want {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("after %v there are %d of %q", processCap, len(found), args[1:])
		}
	}
}

// haveTwoHosts reports whether this machine can have them.
var haveTwoHosts = sync.OnceValue(func() bool {
	l, err := lab.Open(context.Background(), lab.Config{Isolation: lab.TwoHosts})
	return err == nil && l.Close() == nil
})

// haveCalls reports whether this machine shows programs' socket calls.
var haveCalls = sync.OnceValue(func() bool {
	self, err := os.Executable()
	if err != nil || !haveTwoHosts() {
		return false
	}
	l, err := lab.Open(context.Background(), lab.Config{Isolation: lab.TwoHosts, Calls: &lab.Calls{}})
	if err != nil {
		return false
	}
	defer l.Close()
	p, err := l.Client().Start(context.Background(), lab.Command{Name: "any", Path: self, Args: []string{"-test.list", "^$"}, Env: os.Environ()})
	if err != nil {
		return false
	}
	_, err = p.Wait(context.Background())
	return err == nil && l.CallsMissing() == nil
})

// goCache and cacheDir are the user's own: programs of the scripts build as
// fast as any.
func goCache() string {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return os.Getenv("GOCACHE")
	}
	return string(out[:max(len(out)-1, 0)])
}

func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return os.TempDir()
	}
	return dir
}
