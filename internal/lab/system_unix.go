//go:build unix

package lab

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"github.com/learnnet/learnnet/internal/trace"
)

// setApart starts the program in a session, and so in a process group, of its
// own: Ctrl-C at the terminal is for us, who then kill it.
func setApart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}

// withoutReuse takes back SO_REUSEADDR, which Go sets on listening sockets.
func withoutReuse(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 0)
	})
	return errors.Join(err, failed)
}

// killTree kills the tree of the program pid. A whole group is killed in one
// go, which a program that forks all the time can't outrun.
func killTree(pid int, tree []processRow) {
	for _, row := range tree {
		if row.session == pid { // so the number is still ours
			_ = syscall.Kill(-pid, syscall.SIGKILL)
			break
		}
	}
	for _, row := range tree {
		_ = syscall.Kill(row.pid, syscall.SIGKILL) // gone is what we want
	}
}

func exitOf(s *os.ProcessState) trace.Exit {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return trace.Exit{Status: -1, Signal: ws.Signal().String()}
	}
	return trace.Exit{Status: s.ExitCode()}
}
