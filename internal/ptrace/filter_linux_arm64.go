package ptrace

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

// olderCalls are calls that younger processors lack.
var olderCalls = map[uint64]spec{}

// installFilter installs nothing: how registers are set differs from processor
// to processor, and this one has yet to be tried. The kernel then stops at
// every call, which is slower and shows the same.
func (t *tracer) installFilter(int, []unix.SockFilter) (bool, error) { return false, nil }

// returnAddress is where the function returns to that makes the call: the link
// register still holds it.
func returnAddress(tid int, _ *callInfo) (uint64, bool) {
	const link = 30
	return register(tid, link)
}

// goroutine tells apart the goroutines of a Go program: it is a pointer to the
// one that runs on the thread, which Go keeps in a register (cmd/compile/abi-internal).
func goroutine(tid int) (uint64, bool) {
	const g = 28
	return register(tid, g)
}

func register(tid, n int) (uint64, bool) {
	var r unix.PtraceRegsArm64
	if err := unix.PtraceGetRegSetArm64(tid, 1 /* NT_PRSTATUS, elf.h */, &r); err != nil {
		return 0, false
	}
	return r.Regs[n], true
}
