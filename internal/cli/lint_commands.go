//go:build unix

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
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/learnnet/learnnet/internal/course"
)

// commandCap is how long a command that a lesson quotes may take.
const commandCap = 2 * time.Minute

// proveCommands runs what a lesson tells its reader to type, in a workspace of
// its own and in the lesson's order. What serves is kept up meanwhile.
func proveCommands(ctx context.Context, l *course.Lesson) (err error) {
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
	// What is printed is waited for, so Python must not keep it back. Some systems
	// keep arp where only root's PATH leads.
	s := &quotedShell{ctx: ctx, dir: work, env: append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home,
		"XDG_RUNTIME_DIR="+home, "NO_COLOR=1", "TERM=dumb", "PYTHONUNBUFFERED=1", "GOCACHE="+goBuildCache(ctx),
		"PATH="+strings.Join([]string{bin, os.Getenv("PATH"), "/usr/sbin", "/sbin"}, string(os.PathListSeparator)))}
	defer func() { err = errors.Join(s.endAll(), err) }()
	first := []string{"learnnet init", "learnnet start " + l.Slug}
	for _, text := range first {
		if err := s.run(course.Command{Text: text}); err != nil {
			return err
		}
	}
	for _, c := range l.Commands() {
		if slices.Contains(first, c.Text) {
			continue
		}
		if err := s.run(c); err != nil {
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

// A quotedShell runs the commands of one lesson.
type quotedShell struct {
	ctx     context.Context
	dir     string
	env     []string
	serving []*serving // in the order in which they were started
}

// command returns a command in a process group of its own, which ends with ctx.
func (s *quotedShell) command(ctx context.Context, text string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", text)
	cmd.Dir, cmd.Env = s.dir, s.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

var (
	// interactive are commands that make no sense without somebody at a terminal.
	interactive = regexp.MustCompile(`^learnnet (watch\b|demo\b.* --(step|talk)\b)`)
	// calls are commands that say by their status whether they were refused.
	calls = regexp.MustCompile(`^(learnnet lab enter \w+ -- )?curl `)
	// fails are commands that may be quoted to show that they fail.
	fails = regexp.MustCompile(`^(learnnet|python3) `)
	// broken is what these write that can't be what the lesson means.
	broken = regexp.MustCompile(`SyntaxError|NameError|ImportError|ModuleNotFoundError|AttributeError|IndentationError|not found`)
)

const (
	curlRefused = 7   // curl(1): failed to connect to host
	noProgram   = 127 // of sh, where it finds no such program
)

// run runs a command, or starts one that serves, and returns an error unless it
// does what it is for. Of an interactive one it asks for the help, which needs
// all its flags to be known.
func (s *quotedShell) run(c course.Command) error {
	if up := upOf(c.Text); up != "" {
		return s.serve(c.Text, up)
	}
	if interactive.MatchString(c.Text) {
		c.Text += " --help"
	}
	ctx, cancel := context.WithTimeout(s.ctx, commandCap)
	defer cancel()
	cmd := s.command(ctx, c.Text)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	_, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case s.ctx.Err() != nil:
		return context.Cause(s.ctx)
	case ctx.Err() != nil:
		return fmt.Errorf("%q takes more than %v", c.Text, commandCap)
	case err != nil && !ended:
		return fmt.Errorf("%q: %w", c.Text, err)
	}
	if err := judge(c, cmd.ProcessState.ExitCode(), said.String()); err != nil {
		return fmt.Errorf("%w:\n%s", err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}

// judge returns an error unless a command that ended with that status did what
// the lesson says.
func judge(c course.Command, status int, said string) error {
	switch {
	case status == noProgram:
		return fmt.Errorf("%q was not run: its program is not on this machine; install it, and lint again", c.Text)
	case calls.MatchString(c.Text) && c.Refused:
		if status != curlRefused {
			return fmt.Errorf("the lesson says that %q is refused, but it ended with status %d and not %d", c.Text, status, curlRefused)
		}
		return nil
	case !calls.MatchString(c.Text) && fails.MatchString(c.Text):
		if status != exitOK && status != exitFailed || broken.MatchString(said) {
			return fmt.Errorf("%q does not run (status %d)", c.Text, status)
		}
		return nil
	case status != exitOK:
		return fmt.Errorf("%q failed with status %d", c.Text, status)
	}
	return nil
}
