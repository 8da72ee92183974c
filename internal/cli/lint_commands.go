package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/course"
)

// commandCap is how long a command that a lesson quotes may take.
const commandCap = 2 * time.Minute

// proveCommands runs what a lesson tells its reader to type, in a workspace of
// its own: commands of learnnet, and Python's one-liners.
func proveCommands(ctx context.Context, l *course.Lesson) error {
	if runtime.GOOS == "windows" {
		return nil // they are quoted for a Unix shell
	}
	home, err := os.MkdirTemp("", "learnnet-commands-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bin, work := filepath.Join(home, "bin"), filepath.Join(home, "work")
	if err := errors.Join(os.Mkdir(bin, 0o700), os.Symlink(self, filepath.Join(bin, "learnnet")), os.Mkdir(work, 0o700)); err != nil {
		return err
	}
	env := append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "NO_COLOR=1", "TERM=dumb",
		"GOCACHE="+goBuildCache(ctx), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	run := func(command string) error { return runQuoted(ctx, command, work, env) }
	if err := errors.Join(run("learnnet init"), run("learnnet start "+l.Slug)); err != nil {
		return err
	}
	for _, command := range l.Commands() {
		if slices.Contains([]string{"learnnet start " + l.Slug, "learnnet init"}, command) {
			continue
		}
		if err := run(command); err != nil {
			return err
		}
	}
	return nil
}

// goBuildCache is where go keeps what it built; with another HOME it would begin
// anew.
func goBuildCache(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "go", "env", "GOCACHE").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

var (
	// goesOn are commands that end when somebody ends them.
	goesOn = regexp.MustCompile(`^learnnet (watch|lab)\b|--(open|step|talk)\b`)
	// broken is what a command writes that can't be what the lesson means.
	broken = regexp.MustCompile(`SyntaxError|NameError|ImportError|ModuleNotFoundError|AttributeError|IndentationError|not found`)
)

// runQuoted runs a command and returns an error unless it did what it is for.
// Of one that goes on until it is ended, it asks for the help, which needs all
// its flags to be known.
func runQuoted(ctx context.Context, command, dir string, env []string) error {
	if goesOn.MatchString(command) {
		command, _, _ = strings.Cut(command, " -- ")
		command += " --help"
	}
	ctx, cancel := context.WithTimeout(ctx, commandCap)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	var said bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &said, &said
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	status, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%q takes more than %v", command, commandCap)
	case err != nil && !ended:
		return fmt.Errorf("%q: %w", command, err)
	case ended && status.ExitCode() != exitFailed, broken.Match(said.Bytes()):
		return fmt.Errorf("%q does not run (%w):\n%s", command, err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}
