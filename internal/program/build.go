package program

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/natefinch/atomic"
)

// BuildError says that a program doesn't compile.
type BuildError struct {
	Output string // the compiler's own lines
}

func (e *BuildError) Error() string { return "build failed:\n" + e.Output }

// buildCap bounds a build. The first one of all compiles the standard library.
const buildCap = 5 * time.Minute

// buildGo builds the main package in dir and returns the executable, in cache.
// It stays there, so that go build has nothing to do where nothing changed.
func buildGo(ctx context.Context, dir, cache string) (string, error) {
	gotool, err := tool(Go, "go")
	if err != nil {
		return "", err
	}
	if cache == "" {
		if cache, err = userCache(); err != nil {
			return "", err
		}
	}
	out := filepath.Join(cache, key(dir), filepath.Base(dir))
	if runtime.GOOS == "windows" {
		out += ".exe"
	}
	args := []string{"build", "-o", out, "-ldflags=-s -w"} // no debugger will look: linking is faster
	if !inModule(dir) {
		overlay, err := moduleOverlay(cache, dir)
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay="+overlay)
	}
	tmp, err := os.MkdirTemp(cache, "work-")
	if err != nil {
		return "", fmt.Errorf("build %s: %w", dir, err)
	}
	defer os.RemoveAll(tmp) // what a build that was given up has left
	limited, cancel := context.WithTimeout(ctx, buildCap)
	defer cancel()
	cmd := exec.CommandContext(limited, gotool, append(args, ".")...)
	cmd.Cancel = func() error {
		if cmd.Process.Signal(os.Interrupt) == nil { // lets go clean up; Windows has no such signal
			return nil
		}
		return cmd.Process.Kill()
	}
	cmd.WaitDelay = time.Second // compilers that outlive go hold its output open
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), goEnvironment(cache, tmp)...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err = cmd.Run()
	said := strings.TrimSpace(output.String())
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return "", &BuildError{Output: fmt.Sprintf("go build took more than %v", buildCap)}
	case errors.As(err, &exit) && aboutTheMachine(said):
		return "", fmt.Errorf("go build can't work here: %s", said)
	case errors.As(err, &exit):
		return "", &BuildError{Output: said}
	case err != nil:
		return "", fmt.Errorf("build %s: %w", dir, err)
	case !isExecutable(out):
		return "", &BuildError{Output: "this is no program: its files must begin with \"package main\""}
	}
	return out, nil
}

// goEnvironment is what go build gets beside our own environment: no network
// and nothing but the standard library, which is all that an exercise needs,
// and folders to work in where the user has none.
func goEnvironment(cache, tmp string) []string {
	env := []string{"CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOWORK=off", "GO111MODULE=on",
		"GOPROXY=off", "GOTOOLCHAIN=local", "GOTMPDIR=" + tmp,
		"GOGC=400"} // go, compiler and linker end before it is worth their time to collect memory
	base, err := os.UserCacheDir()
	if err == nil {
		err = os.MkdirAll(base, 0o700)
	}
	if err != nil && os.Getenv("GOCACHE") == "" {
		env = append(env, "GOCACHE="+filepath.Join(cache, "go"))
	}
	if home, err := os.UserHomeDir(); (err != nil || !isDir(home)) && os.Getenv("GOPATH") == "" && os.Getenv("GOMODCACHE") == "" {
		env = append(env, "GOPATH="+filepath.Join(cache, "gopath"))
	}
	return env
}

// sourcePosition is how the compiler names a place: "main.go:3:15".
var sourcePosition = regexp.MustCompile(`\.go:\d+`)

// aboutTheMachine reports whether what go build said is no fault of the
// program's: it could not begin, or had no room.
func aboutTheMachine(said string) bool {
	if strings.Contains(said, "no space left on device") {
		return true
	}
	if sourcePosition.MatchString(said) || strings.Contains(said, "go.mod") {
		return false
	}
	return strings.HasPrefix(said, "go: ") || strings.Contains(said, "build cache")
}

// userCache returns the folder for what we build, in the user's cache folder
// or, where there is none, among the temporary files.
func userCache() (string, error) {
	base, err := os.UserCacheDir()
	if err == nil {
		dir := filepath.Join(base, "learnnet", "build")
		if os.MkdirAll(dir, 0o700) == nil {
			return dir, nil
		}
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("learnnet-build-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make a folder to build in: %w", err)
	}
	return dir, nil
}

// inModule reports whether a go.mod governs dir.
func inModule(dir string) bool {
	for {
		if isFile(filepath.Join(dir, "go.mod")) {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

// moduleOverlay writes, outside dir, what makes go build see a go.mod in it,
// and returns the overlay's path (go help build, -overlay).
func moduleOverlay(cache, dir string) (string, error) {
	// Written atomically: another learnnet may be building just now.
	gomod := filepath.Join(cache, "go.mod")
	if err := atomic.WriteFile(gomod, strings.NewReader("module learner\n\ngo 1.22\n")); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(dir, "go.mod"): gomod},
	})
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, key(dir)+".json")
	return path, atomic.WriteFile(path, bytes.NewReader(overlay))
}

// key is a file name that stands for a folder.
func key(dir string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(dir)))[:24]
}

func tool(lang Language, names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &MissingToolError{Language: lang, Tool: names[0]}
}

var python struct {
	sync.Mutex
	path string
}

// PythonPath returns the Python 3 that PATH leads to, or a *MissingToolError. Version managers put a
// script in front of it that costs more than Python itself: the interpreter is
// asked once where it really is.
func PythonPath(ctx context.Context) (string, error) {
	python.Lock()
	defer python.Unlock()
	if python.path != "" {
		return python.path, nil
	}
	path, err := tool(Python, "python3", "python")
	if err != nil {
		return "", err
	}
	if isScript(path) {
		out, err := exec.CommandContext(ctx, path, "-c", "import sys; print(sys.executable)").Output()
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if real := strings.TrimSpace(string(out)); err == nil && isExecutable(real) {
			path = real
		}
	}
	python.path = path
	return path, nil
}

func isScript(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [2]byte
	n, _ := f.Read(head[:])
	return string(head[:n]) == "#!"
}
