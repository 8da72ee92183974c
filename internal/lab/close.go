package lab

import (
	"io"
	"sync"
	"syscall"
)

// forks is held for reading while a process is started that is not covered by
// syscall.ForkLock until it has been executed.
var forks sync.RWMutex

// CloseForGood closes a socket of ours so that its peer learns of it now. Close
// alone is not enough while a process is being started: between fork and exec
// that has a copy of all that we have open, which keeps the socket alive.
func CloseForGood(socket io.Closer) error {
	forks.Lock()
	defer forks.Unlock()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return socket.Close()
}
