//go:build amd64 || arm64

package lab

import "golang.org/x/sys/unix"

// A call is a system call in which a thread may sleep.
type call struct {
	name string
	rank int // the most telling come first
	on   onWhat
	// endless reports whether nothing but an event from outside the thread
	// ends the call; nil means that something else may.
	endless func(args [6]uint64) bool
}

// onWhat says what a call waits for.
type onWhat int

const (
	onNothing    onWhat = iota
	onDescriptor        // its first argument
	onMany              // descriptors that its arguments don't show
)

// How telling a call is about the program that waits in it.
const (
	rankReceive = iota
	rankAccept
	rankSend
	rankPoll
	rankChild
	rankSleep
	rankLock
	rankUnknown
)

func always([6]uint64) bool { return true }

// unless returns an endless for calls whose argument i points to a timeout.
func unless(i int) func([6]uint64) bool {
	return func(args [6]uint64) bool { return args[i] == 0 }
}

// unlessCount returns an endless for calls whose argument i is a timeout in
// milliseconds, negative for none.
func unlessCount(i int) func([6]uint64) bool {
	return func(args [6]uint64) bool { return int32(args[i]) < 0 }
}

// calls are the system calls that amd64 and arm64 share; archCalls the rest.
var calls = map[uint64]call{
	unix.SYS_ACCEPT:          {"accept", rankAccept, onDescriptor, always},
	unix.SYS_ACCEPT4:         {"accept", rankAccept, onDescriptor, always},
	unix.SYS_RECVFROM:        {"recvfrom", rankReceive, onDescriptor, always},
	unix.SYS_RECVMSG:         {"recvmsg", rankReceive, onDescriptor, always},
	unix.SYS_RECVMMSG:        {"recvmmsg", rankReceive, onDescriptor, unless(4)},
	unix.SYS_READ:            {"read", rankReceive, onDescriptor, always},
	unix.SYS_READV:           {"readv", rankReceive, onDescriptor, always},
	unix.SYS_CONNECT:         {"connect", rankSend, onDescriptor, nil}, // the kernel gives up after some SYNs
	unix.SYS_SENDTO:          {"sendto", rankSend, onDescriptor, nil},
	unix.SYS_SENDMSG:         {"sendmsg", rankSend, onDescriptor, nil},
	unix.SYS_SENDMMSG:        {"sendmmsg", rankSend, onDescriptor, nil},
	unix.SYS_SENDFILE:        {"sendfile", rankSend, onDescriptor, nil},
	unix.SYS_WRITE:           {"write", rankSend, onDescriptor, nil},
	unix.SYS_WRITEV:          {"writev", rankSend, onDescriptor, nil},
	unix.SYS_FLOCK:           {"flock", rankLock, onDescriptor, nil},
	unix.SYS_FCNTL:           {"fcntl", rankLock, onDescriptor, nil},
	unix.SYS_EPOLL_PWAIT:     {"epoll_wait", rankPoll, onMany, unlessCount(3)},
	unix.SYS_EPOLL_PWAIT2:    {"epoll_wait", rankPoll, onMany, unless(3)},
	unix.SYS_PPOLL:           {"poll", rankPoll, onMany, unless(2)},
	unix.SYS_PSELECT6:        {"select", rankPoll, onMany, unless(4)},
	unix.SYS_WAIT4:           {"wait", rankChild, onNothing, always},
	unix.SYS_WAITID:          {"wait", rankChild, onNothing, always},
	unix.SYS_NANOSLEEP:       {"nanosleep", rankSleep, onNothing, nil},
	unix.SYS_CLOCK_NANOSLEEP: {"nanosleep", rankSleep, onNothing, nil},
	unix.SYS_RT_SIGTIMEDWAIT: {"sigtimedwait", rankSleep, onNothing, nil},
	unix.SYS_RT_SIGSUSPEND:   {"sigsuspend", rankSleep, onNothing, nil},
	unix.SYS_FUTEX:           {"futex", rankLock, onNothing, endlessFutex},
}

// endlessFutex reports whether futex(2) is one of the waiting operations and
// has no timeout.
func endlessFutex(args [6]uint64) bool {
	const operation = 0x7f // without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME
	switch args[1] & operation {
	case 0, 9: // FUTEX_WAIT, FUTEX_WAIT_BITSET
		return args[3] == 0
	}
	return false
}

// callOf returns the call with that number and these arguments.
func callOf(number uint64, args [6]uint64) call {
	c, ok := calls[number]
	if !ok {
		c, ok = archCalls[number]
	}
	if !ok {
		return call{rank: rankUnknown}
	}
	const (
		selectCount = 0
		pollCount   = 1
		peer        = 4
	)
	switch {
	case c.name == "recvfrom" && args[peer] == 0: // recv(2) is recvfrom without asking from whom
		c.name = "recv"
	case c.name == "sendto" && args[peer] == 0:
		c.name = "send"
	case c.name == "select" && args[selectCount] == 0, c.name == "poll" && args[pollCount] == 0:
		// The old way to sleep for less than a second.
		c = call{name: "nanosleep", rank: rankSleep}
	}
	return c
}
