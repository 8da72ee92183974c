package lab

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// startOnThread starts cmd as c wants it. The caller's goroutine must be locked
// to its thread, of which the program inherits what threads have of their own.
func startOnThread(cmd *exec.Cmd, c Command) error {
	start := (*exec.Cmd).Start
	if c.Stopped {
		start = startStopped
	}
	if err := start(cmd); err != nil || c.OpenFiles == 0 {
		return err
	}
	// It has had no time to open many files. It fails if the program has ended.
	_ = unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: c.OpenFiles, Max: c.OpenFiles}, nil)
	return nil
}

// startStopped starts cmd so that it stands still before its first
// instruction, waiting for SIGCONT.
func startStopped(cmd *exec.Cmd) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	// As a child traced by us it stops when it has been executed; let go with
	// a SIGSTOP, it goes on standing (ptrace(2), PTRACE_DETACH).
	cmd.SysProcAttr.Ptrace = true
	if err := cmd.Start(); err != nil {
		return err
	}
	pid := cmd.Process.Pid
	var ws unix.WaitStatus
	for {
		_, err := unix.Wait4(pid, &ws, unix.WALL, nil)
		if err == nil {
			break
		}
		if err != unix.EINTR {
			return os.NewSyscallError("wait4", err)
		}
	}
	if !ws.Stopped() {
		return fmt.Errorf("%s ended before its first instruction: %v", cmd.Path, ws)
	}
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_DETACH, uintptr(pid), 0, uintptr(unix.SIGSTOP), 0, 0)
	if errno != 0 {
		return os.NewSyscallError("ptrace", errno)
	}
	return nil
}

// startHere starts cmd as c wants it.
func startHere(cmd *exec.Cmd, c Command) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		started <- startOnThread(cmd, c)
	}()
	return <-started
}
