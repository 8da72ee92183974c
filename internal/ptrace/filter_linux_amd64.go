package ptrace

import (
	"encoding/binary"
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const auditArch = unix.AUDIT_ARCH_X86_64

// olderCalls are calls that younger processors lack.
var olderCalls = map[uint64]spec{
	unix.SYS_POLL:       {name: "poll", onRequest: true, before: pollArgs},
	unix.SYS_SELECT:     {name: "select", onRequest: true, before: selectArgs},
	unix.SYS_EPOLL_WAIT: {name: "epoll_wait", onRequest: true, before: epollArgs},
	unix.SYS_DUP2:       {name: "dup2", runtimes: true, movesFiles: true, before: dupArgs},
}

// installFilter makes the stopped thread itself install the filter, before the
// first instruction of its program: it is given a syscall instruction and
// arguments, and then back what it had. It reports false, and no error, where
// the kernel refuses the filter, as it does a program with privileges.
func (t *tracer) installFilter(pid int, program []unix.SockFilter) (bool, error) {
	var before unix.PtraceRegs
	if err := unix.PtraceGetRegs(pid, &before); err != nil {
		return false, os.NewSyscallError("ptrace", err)
	}
	// Below the stack, where nothing is yet: struct sock_fprog, then the program.
	const redZone = 128
	size := uint64(len(program)) * uint64(unsafe.Sizeof(program[0]))
	at := (before.Rsp - redZone - size - 16) &^ 15
	image := binary.NativeEndian.AppendUint64(nil, uint64(len(program)))
	image = binary.NativeEndian.AppendUint64(image, at+16)
	image = append(image, unsafe.Slice((*byte)(unsafe.Pointer(&program[0])), size)...)
	if _, err := unix.PtracePokeData(pid, uintptr(at), image); err != nil {
		return false, os.NewSyscallError("ptrace", err)
	}
	instruction := []byte{0x0f, 0x05} // syscall
	kept := make([]byte, len(instruction))
	if _, err := unix.PtracePeekText(pid, uintptr(before.Rip), kept); err != nil {
		return false, os.NewSyscallError("ptrace", err)
	}
	if _, err := unix.PtracePokeText(pid, uintptr(before.Rip), instruction); err != nil {
		return false, os.NewSyscallError("ptrace", err)
	}
	during := before
	during.Rax, during.Orig_rax = unix.SYS_SECCOMP, ^uint64(0) // no call is under way to be made again
	during.Rdi, during.Rsi, during.Rdx = unix.SECCOMP_SET_MODE_FILTER, 0, at
	if err := unix.PtraceSetRegs(pid, &during); err != nil {
		return false, os.NewSyscallError("ptrace", err)
	}
	result, err := t.oneCall(pid)
	if err != nil {
		return false, err
	}
	if _, err := unix.PtracePokeText(pid, uintptr(before.Rip), kept); err != nil {
		return false, os.NewSyscallError("ptrace", err)
	}
	before.Orig_rax = ^uint64(0)
	if err := unix.PtraceSetRegs(pid, &before); err != nil {
		return false, os.NewSyscallError("ptrace", err)
	}
	return result == 0, nil
}

// oneCall lets the thread make one system call and returns its result.
func (t *tracer) oneCall(pid int) (int64, error) {
	for {
		// SIGCONT, which set it going, is ours and not the program's.
		if err := ptrace(unix.PTRACE_SYSCALL, pid, 0, 0); err != nil {
			return 0, os.NewSyscallError("ptrace", err)
		}
		ws, err := t.waitStop(pid)
		if err != nil {
			return 0, err
		}
		switch ws.StopSignal() {
		case syscall.SIGTRAP | 0x80:
			info, err := syscallInfo(pid)
			if err != nil {
				return 0, fmt.Errorf("look at its system call: %w", err)
			}
			if info.op == unix.PTRACE_SYSCALL_INFO_EXIT {
				return info.result(), nil
			}
		case syscall.SIGSEGV, syscall.SIGILL, syscall.SIGBUS:
			return 0, fmt.Errorf("it could not be made to install a filter: %v", ws.StopSignal())
		}
	}
}

// returnAddress is where the function returns to that makes the call: a system
// call's function in the C library keeps nothing else on the stack.
func returnAddress(tid int, info *callInfo) (uint64, bool) {
	b := memory(tid).read(info.stack, 8)
	if len(b) < 8 {
		return 0, false
	}
	return binary.NativeEndian.Uint64(b), true
}

// goroutine tells apart the goroutines of a Go program: it is a pointer to the
// one that runs on the thread, which Go keeps in a register (cmd/compile/abi-internal).
func goroutine(tid int) (uint64, bool) {
	var r unix.PtraceRegs
	err := unix.PtraceGetRegs(tid, &r)
	return r.R14, err == nil
}
