//go:build unix

package tcpchat

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// withoutReuse takes SO_REUSEADDR away again, which Go has set on the socket.
func withoutReuse(_, _ string, socket syscall.RawConn) error {
	var err error
	outer := socket.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 0)
	})
	return errors.Join(outer, err)
}
