//go:build linux && (amd64 || arm64)

package ptrace

import (
	"slices"

	"golang.org/x/sys/unix"
)

// filter returns the program of a seccomp filter that makes the kernel stop
// the calls of interest for us and lets everything else pass (seccomp(2)).
func filter(all bool) []unix.SockFilter {
	var numbers []uint64
	for number, s := range specs {
		if all || !s.onRequest {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	const (
		offsetNumber = 0 // struct seccomp_data
		offsetArch   = 4
	)
	statement := func(code uint16, k uint32) unix.SockFilter { return unix.SockFilter{Code: code, K: k} }
	jump := func(k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: yes, Jf: no, K: k}
	}
	program := []unix.SockFilter{
		statement(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, offsetArch),
		jump(auditArch, 1, 0),
		statement(unix.BPF_RET|unix.BPF_K, unix.SECCOMP_RET_ALLOW), // a 32-bit program's call
		statement(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, offsetNumber),
	}
	for i, number := range numbers {
		program = append(program, jump(uint32(number), uint8(len(numbers)-i), 0))
	}
	return append(program,
		statement(unix.BPF_RET|unix.BPF_K, unix.SECCOMP_RET_ALLOW),
		statement(unix.BPF_RET|unix.BPF_K, unix.SECCOMP_RET_TRACE))
}
