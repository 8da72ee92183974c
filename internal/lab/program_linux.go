package lab

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// agentProgram is a program and the process namespace it lives in. The
// namespace's first process, its anchor, is a shell that waits for input that
// never comes: killing it makes the kernel kill everything in the namespace
// and nothing else, however it forked, and the program itself is no process
// number 1, for which signals would work differently.
type agentProgram struct {
	cmd    *exec.Cmd
	anchor *exec.Cmd
	hold   *os.File // the anchor's standard input
	killed sync.Once
}

// start starts the program and returns, in the message, the agent's number for
// it, its pidfd and its anchor's.
func (a *agent) start(h *agentHost, c Command, stdio []*os.File) (message, error) {
	if len(stdio) != 3 {
		return message{}, fmt.Errorf("start with %d files", len(stdio))
	}
	anchor, hold, anchorFD, err := startAnchor()
	if err != nil {
		return message{}, err
	}
	p := &agentProgram{anchor: anchor, hold: hold}
	programFD := -1
	p.cmd = exec.Command(c.Path, c.Args...)
	p.cmd.Dir, p.cmd.Env = c.Dir, c.Env
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = stdio[0], stdio[1], stdio[2]
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: c.Terminal, PidFD: &programFD}
	err = h.do(func() error {
		if err := unix.Setns(anchorFD, unix.CLONE_NEWPID); err != nil {
			return fmt.Errorf("enter a process namespace: %w", err)
		}
		return withFewProcesses(func() error { return startOnThread(p.cmd, c) })
	})
	if err != nil {
		p.kill()
		unix.Close(anchorFD)
		return message{}, err
	}
	a.mu.Lock()
	a.next++
	id := a.next
	a.programs[id] = p
	a.mu.Unlock()
	go a.awaitExit(id, p)
	return message{Program: id, files: []*os.File{
		os.NewFile(uintptr(programFD), "program"),
		os.NewFile(uintptr(anchorFD), "anchor"),
	}}, nil
}

// anchorEnv marks an execution of ours that is to be an anchor.
const anchorEnv = "LEARNNET_LAB_ANCHOR"

// withFewProcesses runs f, which starts a program, while what is started may
// bring the lab's programs to allPrograms and no more, though we may have
// labProcesses.
func withFewProcesses(f func() error) error {
	few := unix.Rlimit{Cur: allPrograms, Max: labProcesses}
	ours := unix.Rlimit{Cur: labProcesses, Max: labProcesses}
	// Both fail where a lower limit is in force already.
	_ = unix.Setrlimit(unix.RLIMIT_NPROC, &few)
	defer func() { _ = unix.Setrlimit(unix.RLIMIT_NPROC, &ours) }()
	return f()
}

// anchorCommand is a shell that limits its namespace and then waits for input,
// or where there is none ourselves in its place: a shell starts ten times as fast.
func anchorCommand() *exec.Cmd {
	if sh, err := exec.LookPath("sh"); err == nil {
		return exec.Command(sh, "-c", fmt.Sprintf("echo %d 2>/dev/null >%s; read _", programProcesses, pidMax))
	}
	self := exec.Command("/proc/self/exe")
	self.Env = append(os.Environ(), anchorEnv+"=1")
	return self
}

func startAnchor() (anchor *exec.Cmd, hold *os.File, pidfd int, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, -1, err
	}
	defer r.Close()
	pidfd = -1
	anchor = anchorCommand()
	anchor.Stdin = r
	anchor.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Cloneflags: unix.CLONE_NEWPID, PidFD: &pidfd}
	if err := anchor.Start(); err != nil {
		w.Close()
		return nil, nil, -1, fmt.Errorf("make a process namespace: %w", err)
	}
	return anchor, w, pidfd, nil
}

// kill ends everything in the program's namespace.
func (p *agentProgram) kill() {
	p.killed.Do(func() {
		_ = p.anchor.Process.Kill() // fails only if it is dead
		// Returns when the namespace is empty, for which awaitExit must have
		// reaped the program: pid_namespaces(7).
		_ = p.anchor.Wait()
		p.hold.Close()
	})
}

func (a *agent) kill(id int) error {
	a.mu.Lock()
	p := a.programs[id]
	a.mu.Unlock()
	if p == nil {
		return nil // killed before
	}
	p.kill()
	a.mu.Lock()
	delete(a.programs, id)
	a.mu.Unlock()
	return nil
}

// awaitExit tells the lab when the program itself has ended, which may be
// before the lab learns that it was started.
func (a *agent) awaitExit(id int, p *agentProgram) {
	_ = p.cmd.Wait() // the state says it all
	exit := exitOf(p.cmd.ProcessState)
	_ = a.control.write(message{Program: id, Exit: &exit})
}

// dropPrivilegesOnExec arranges that what this thread executes has no
// capability, whatever its user, and can't gain any; but a ping that has
// CAP_NET_RAW keeps it. The thread keeps its own.
func dropPrivilegesOnExec() error {
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return fmt.Errorf("clear ambient capabilities: %w", err)
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData // version 3 has two words
	if err := unix.Capget(&header, &sets[0]); err != nil {
		return fmt.Errorf("read capabilities: %w", err)
	}
	sets[0].Inheritable, sets[1].Inheritable = 0, 0
	if err := unix.Capset(&header, &sets[0]); err != nil {
		return fmt.Errorf("clear inheritable capabilities: %w", err)
	}
	last, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		return fmt.Errorf("read cap_last_cap: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(last)))
	if err != nil {
		return fmt.Errorf("read cap_last_cap: %w", err)
	}
	for c := range n + 1 {
		// A file that has a capability which may not be had is not executed at
		// all, even where it would not be given (capabilities(7), "Safety
		// checking for capability-dumb binaries"): ping, on many machines.
		if c == unix.CAP_NET_RAW {
			continue
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(c), 0, 0, 0); err != nil {
			return fmt.Errorf("drop capability %d: %w", c, err)
		}
	}
	const noRoot = 1 // SECBIT_NOROOT, linux/securebits.h: to be root gives no capability
	if err := unix.Prctl(unix.PR_SET_SECUREBITS, noRoot, 0, 0, 0); err != nil {
		return fmt.Errorf("set the secure bits: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	return nil
}
