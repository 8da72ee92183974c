//go:build unix

package lab

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// Readable reports whether a read from c would return at once, with something,
// with the end or with an error: what the kernel has for us and we have not
// taken yet (poll(2)). Of a listener it reports whether somebody has connected.
// It is false if c is closed, and always on Windows.
func Readable(c syscall.Conn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	ready := false
	_ = raw.Control(func(fd uintptr) { // fails if it is closed
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		ready = err == nil && n > 0
	})
	return ready
}
