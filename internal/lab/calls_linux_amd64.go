package lab

import "golang.org/x/sys/unix"

// archCalls are system calls that younger architectures lack.
var archCalls = map[uint64]call{
	unix.SYS_POLL:       {"poll", rankPoll, onMany, unlessCount(2)},
	unix.SYS_SELECT:     {"select", rankPoll, onMany, unless(4)},
	unix.SYS_EPOLL_WAIT: {"epoll_wait", rankPoll, onMany, unlessCount(3)},
	unix.SYS_PAUSE:      {"pause", rankSleep, onNothing, nil},
}
