//go:build linux && (amd64 || arm64)

package ptrace

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// leftOut reports whether nothing is told about c: what a runtime does for
// itself.
func (t *tracer) leftOut(th *thread, c *open, info *callInfo) bool {
	if t.options.All {
		return false
	}
	switch {
	case c.sock != 0 && t.quiet[c.sock]:
		return true
	case c.spec.name == "socket":
		return goProbes(th.process, c.args) || c.args[0] == unix.AF_NETLINK ||
			c.args[0] == unix.AF_UNIX && th.calledByLibc(info)
	case c.spec.name == "setsockopt":
		return th.process.isGo
	case c.spec.name == "getsockname":
		// Python asks so for the family of each socket that it has accepted.
		return th.process.isGo || t.accepted[c.sock]
	}
	return c.spec.runtimes
}

// goProbes reports whether it is Go's net package that makes the socket, to
// find out what the host can do: which versions of IP (ipStackCapabilities; its
// other sockets don't name that protocol), and, once, whether it has MPTCP,
// which Go's listeners use where they can (initMPTCPavailable).
func goProbes(p *process, args [6]uint64) bool {
	const flags = unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK
	if !p.isGo || args[1] != unix.SOCK_STREAM|flags {
		return false
	}
	if args[2] == unix.IPPROTO_MPTCP && !p.askedMPTCP {
		p.askedMPTCP = true
		return true
	}
	return args[2] == unix.IPPROTO_TCP
}

// learn remembers what new sockets are, for leftOut.
func (t *tracer) learn(th *thread, c *open, result int64) {
	if result < 0 || t.options.All {
		return
	}
	switch c.spec.name {
	case "accept":
		t.accepted[th.process.newSocketAt(int(result))] = true
	case "socket":
		if c.number == 0 {
			t.quiet[th.process.newSocketAt(int(result))] = true
		}
	case "socketpair":
		m := memory(th.process.pid)
		for i := range uint64(2) {
			if fd, ok := m.uint32(c.args[3] + 4*i); ok {
				t.quiet[th.process.newSocketAt(int(fd))] = true
			}
		}
	}
}

// calledByLibc reports whether it is the C library that makes the call for
// itself: to ask nscd or the system's resolver, or to write to the log. The
// function that makes the call is always the library's; who called that one is
// where it returns to.
func (th *thread) calledByLibc(info *callInfo) bool {
	if th.process.isGo {
		return false
	}
	at, ok := returnAddress(th.tid, info)
	if !ok {
		return false
	}
	file := filepath.Base(mappedAt(th.process.pid, at))
	return strings.HasPrefix(file, "libc.so") || strings.HasPrefix(file, "libc-") || strings.HasPrefix(file, "libnss_")
}

// mappedAt returns the file that holds the code at an address (proc_pid_maps(5)),
// "" if none does.
func mappedAt(pid int, at uint64) string {
	f, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return "" // killed
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var from, to uint64
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x", &from, &to); n == 2 && from <= at && at < to {
			if fields := strings.Fields(lines.Text()); len(fields) > 5 {
				return fields[5]
			}
			return ""
		}
	}
	return ""
}
