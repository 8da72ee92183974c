//go:build unix

package lab

import (
	"os"
	"syscall"

	"github.com/learnnet/learnnet/internal/trace"
)

func exitOf(s *os.ProcessState) trace.Exit {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return trace.Exit{Status: -1, Signal: ws.Signal().String()}
	}
	return trace.Exit{Status: s.ExitCode()}
}
