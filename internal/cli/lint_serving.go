//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// serves are commands that go on until they are ended, and what they say when
// others may come.
var serves = []struct {
	command *regexp.Regexp
	up      string
}{
	{regexp.MustCompile(`^learnnet lab( -|$)`), "two hosts are up"},
	{regexp.MustCompile(`^learnnet demo\b.* --open\b`), "Ctrl-C ends it"},
	{regexp.MustCompile(`^(learnnet lab enter \w+ -- )?python3 -m http\.server\b`), "Serving HTTP on"},
}

// upOf returns what a command says when it serves, "" if it is none that does.
func upOf(command string) string {
	for _, s := range serves {
		if s.command.MatchString(command) {
			return s.up
		}
	}
	return ""
}

// endCap is how long what serves may take to end when it is told to.
const endCap = 30 * time.Second

// serving is a command that serves.
type serving struct {
	command string
	pid     int           // and its process group's
	up      chan struct{} // closed when others may come
	ended   chan struct{}

	upText string
	mu     sync.Mutex
	text   bytes.Buffer
}

func (s *serving) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := bytes.Contains(s.text.Bytes(), []byte(s.upText))
	s.text.Write(b)
	if !before && bytes.Contains(s.text.Bytes(), []byte(s.upText)) {
		close(s.up)
	}
	return len(b), nil
}

func (s *serving) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.TrimSpace(s.text.String())
}

// serve starts a command and waits until it says that others may come.
func (s *quotedShell) serve(command, up string) error {
	v := &serving{command: command, up: make(chan struct{}), ended: make(chan struct{}), upText: up}
	cmd := s.command(s.ctx, "exec "+command) // so that it is what we wait for, and no shell
	cmd.Stdout, cmd.Stderr = v, v
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%q: %w", command, err)
	}
	v.pid = cmd.Process.Pid
	go func() {
		defer close(v.ended)
		_ = cmd.Wait() // how it ended, it has said
	}()
	select {
	case <-v.up:
		s.serving = append(s.serving, v)
		return nil
	case <-v.ended:
		return v.end()
	case <-time.After(commandCap):
		return errors.Join(fmt.Errorf("%q has not said %q within %v:\n%s", command, up, commandCap, v.said()), v.end())
	}
}

// endAll ends what serves, the last one first, with all its processes, and returns
// an error if one had ended by itself.
func (s *quotedShell) endAll() error {
	var errs []error
	for len(s.serving) > 0 {
		last := s.serving[len(s.serving)-1]
		s.serving = s.serving[:len(s.serving)-1]
		errs = append(errs, last.end())
	}
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return errors.Join(errs...)
}

// end ends it, or says that it had ended.
func (s *serving) end() error {
	select {
	case <-s.ended:
		if strings.Contains(strings.ToLower(s.said()), "address already in use") {
			return fmt.Errorf("%q can't have its port: another program on this machine has it; end that one, and lint again\n%s", s.command, s.said())
		}
		return fmt.Errorf("%q is to go on until somebody ends it, but it ended:\n%s", s.command, s.said())
	default:
	}
	_ = syscall.Kill(-s.pid, syscall.SIGTERM) // it may have ended this moment
	select {
	case <-s.ended:
	case <-time.After(endCap):
	}
	_ = syscall.Kill(-s.pid, syscall.SIGKILL) // what is left of it
	<-s.ended
	return nil
}
