//go:build linux && (amd64 || arm64)

package ptrace

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// A spec says how to understand a system call.
type spec struct {
	name       string
	onSocket   bool     // its first argument is a descriptor, and only sockets count
	sockets    bool     // the kernel takes no other descriptor for it either
	makesFD    bool     // it returns the descriptor of a new socket
	wait       waitKind // it may be answered "not now", and is then made again
	runtimes   bool     // told about on request only, but needed to understand others
	onRequest  bool     // not even stopped at, except on request
	movesFiles bool     // it changes what descriptors stand for
	ends       bool     // the program ends in it, of which nothing is told
	flagsAt    int      // which argument says MSG_DONTWAIT, if one does
	// before returns the arguments as they are at the entry, and the bytes
	// that are sent. after returns them with what the kernel filled in, and the
	// bytes received, of the system call that has just returned; result is -1 if
	// it failed, and then nothing was filled in. It is nil for calls that only
	// take in: what their arguments point to may be gone when it is told how
	// they ended.
	before func(m memory, args [6]uint64) ([]string, []byte)
	after  func(m memory, args [6]uint64, result int64) ([]string, []byte)
}

// nameOf returns the name of the call's man page: recv(2) is recvfrom(2)
// without asking from whom, send(2) likewise.
func (s spec) nameOf(args [6]uint64) string {
	const peer = 4
	switch {
	case s.name == "recvfrom" && args[peer] == 0:
		return "recv"
	case s.name == "sendto" && args[peer] == 0:
		return "send"
	}
	return s.name
}

// specs are the calls that are stopped at, by number.
var specs = map[uint64]spec{
	unix.SYS_SOCKET:     {name: "socket", makesFD: true, before: socketArgs},
	unix.SYS_SOCKETPAIR: {name: "socketpair", runtimes: true, before: socketArgs},
	unix.SYS_BIND:       {name: "bind", onSocket: true, sockets: true, before: addressArgs},
	unix.SYS_CONNECT:    {name: "connect", onSocket: true, sockets: true, wait: waitConnect, before: addressArgs},
	unix.SYS_LISTEN:     {name: "listen", onSocket: true, sockets: true, before: listenArgs},
	unix.SYS_ACCEPT:     {name: "accept", onSocket: true, sockets: true, makesFD: true, wait: waitAccept, before: onlyFD, after: acceptedArgs},
	unix.SYS_ACCEPT4:    {name: "accept", onSocket: true, sockets: true, makesFD: true, wait: waitAccept, before: onlyFD, after: acceptedArgs},
	unix.SYS_SENDTO:     {name: "sendto", onSocket: true, sockets: true, flagsAt: 3, wait: waitSend, before: sendtoArgs},
	unix.SYS_WRITE:      {name: "write", onSocket: true, wait: waitSend, before: writeArgs},
	unix.SYS_WRITEV:     {name: "writev", onSocket: true, wait: waitSend, before: writevArgs},
	unix.SYS_SENDMSG:    {name: "sendmsg", onSocket: true, sockets: true, flagsAt: 2, wait: waitSend, before: sendmsgArgs},
	unix.SYS_SENDMMSG:   {name: "sendmmsg", onSocket: true, sockets: true, flagsAt: 3, wait: waitSend, before: sendmsgArgs},
	unix.SYS_SENDFILE:   {name: "sendfile", onSocket: true, wait: waitSend, before: sendfileArgs},
	unix.SYS_RECVFROM:   {name: "recvfrom", onSocket: true, sockets: true, flagsAt: 3, wait: waitReceive, before: onlyFD, after: recvfromArgs},
	unix.SYS_READ:       {name: "read", onSocket: true, wait: waitReceive, before: onlyFD, after: readArgs},
	unix.SYS_READV:      {name: "readv", onSocket: true, wait: waitReceive, before: onlyFD, after: readvArgs},
	unix.SYS_RECVMSG:    {name: "recvmsg", onSocket: true, sockets: true, flagsAt: 2, wait: waitReceive, before: onlyFD, after: recvmsgArgs},
	unix.SYS_RECVMMSG:   {name: "recvmmsg", onSocket: true, sockets: true, flagsAt: 3, wait: waitReceive, before: onlyFD, after: recvmsgArgs},
	unix.SYS_SHUTDOWN:   {name: "shutdown", onSocket: true, sockets: true, before: shutdownArgs},
	unix.SYS_CLOSE:      {name: "close", onSocket: true, before: onlyFD},

	unix.SYS_SETSOCKOPT:  {name: "setsockopt", onSocket: true, sockets: true, before: setOptionArgs},
	unix.SYS_GETSOCKOPT:  {name: "getsockopt", onSocket: true, sockets: true, runtimes: true, before: optionArgs, after: gotOptionArgs},
	unix.SYS_GETSOCKNAME: {name: "getsockname", onSocket: true, sockets: true, before: onlyFD, after: nameArgs},
	unix.SYS_GETPEERNAME: {name: "getpeername", onSocket: true, sockets: true, runtimes: true, before: onlyFD, after: nameArgs},

	unix.SYS_EXIT_GROUP: {name: "exit_group", ends: true},

	unix.SYS_DUP3:        {name: "dup3", runtimes: true, movesFiles: true, before: dupArgs},
	unix.SYS_CLOSE_RANGE: {name: "close_range", runtimes: true, movesFiles: true, before: noArgs},

	unix.SYS_PPOLL:        {name: "poll", onRequest: true, before: ppollArgs},
	unix.SYS_PSELECT6:     {name: "select", onRequest: true, before: pselectArgs},
	unix.SYS_EPOLL_PWAIT:  {name: "epoll_wait", onRequest: true, before: epollArgs},
	unix.SYS_EPOLL_PWAIT2: {name: "epoll_wait", onRequest: true, before: epoll2Args},
}

func init() {
	for number, s := range olderCalls {
		specs[number] = s
	}
}

func noArgs(memory, [6]uint64) ([]string, []byte) { return []string{}, nil }

func onlyFD(_ memory, args [6]uint64) ([]string, []byte) { return []string{descriptor(args)}, nil }

func descriptor(args [6]uint64) string { return strconv.Itoa(fd(args)) }

func socketArgs(_ memory, args [6]uint64) ([]string, []byte) {
	kind := args[1] &^ (unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK)
	return []string{nameOf(families, args[0]), nameOf(socketTypes, kind), nameOf(protocols, args[2])}, nil
}

func addressArgs(m memory, args [6]uint64) ([]string, []byte) {
	return []string{descriptor(args), m.address(args[1], uint32(args[2]))}, nil
}

func listenArgs(_ memory, args [6]uint64) ([]string, []byte) {
	return []string{descriptor(args), strconv.Itoa(int(int32(args[1])))}, nil
}

func acceptedArgs(m memory, args [6]uint64, result int64) ([]string, []byte) {
	return m.withAddress([]string{descriptor(args)}, result, args[1], args[2]), nil
}

func nameArgs(m memory, args [6]uint64, result int64) ([]string, []byte) {
	return m.withAddress([]string{descriptor(args)}, result, args[1], args[2]), nil
}

// withAddress adds the address that the kernel wrote to at, whose length it
// wrote to lengthAt.
func (m memory) withAddress(out []string, result int64, at, lengthAt uint64) []string {
	if result < 0 || at == 0 {
		return out
	}
	if length, ok := m.uint32(lengthAt); ok && length > 0 {
		out = append(out, m.address(at, length))
	}
	return out
}

func sendtoArgs(m memory, args [6]uint64) ([]string, []byte) {
	data := m.data(args[1], args[2])
	out := append([]string{descriptor(args), quoted(data, args[2]), size(args[2])}, flags(args[3])...)
	if args[4] != 0 {
		out = append(out, m.address(args[4], uint32(args[5])))
	}
	return out, data
}

func recvfromArgs(m memory, args [6]uint64, result int64) ([]string, []byte) {
	out, data := m.received(args, args[1], result)
	out = append(append(out, size(args[2])), flags(args[3])...)
	return m.withAddress(out, result, args[4], args[5]), data
}

// received begins the arguments of a call that read into the buffer at.
func (m memory) received(args [6]uint64, at uint64, result int64) ([]string, []byte) {
	out := []string{descriptor(args)}
	if result < 0 {
		return out, nil
	}
	data := m.data(at, uint64(result))
	return append(out, quoted(data, uint64(result))), data
}

func writeArgs(m memory, args [6]uint64) ([]string, []byte) {
	data := m.data(args[1], args[2])
	return []string{descriptor(args), quoted(data, args[2]), size(args[2])}, data
}

func readArgs(m memory, args [6]uint64, result int64) ([]string, []byte) {
	out, data := m.received(args, args[1], result)
	return append(out, size(args[2])), data
}

func writevArgs(m memory, args [6]uint64) ([]string, []byte) {
	data, total := m.gather(args[1], args[2], ^uint64(0))
	return []string{descriptor(args), quoted(data, total)}, data
}

func readvArgs(m memory, args [6]uint64, result int64) ([]string, []byte) {
	if result < 0 {
		return []string{descriptor(args)}, nil
	}
	data, _ := m.gather(args[1], args[2], uint64(result))
	return []string{descriptor(args), quoted(data, uint64(result))}, data
}

func sendmsgArgs(m memory, args [6]uint64) ([]string, []byte) {
	h, ok := m.messageHeader(args[1])
	if !ok {
		return []string{descriptor(args)}, nil
	}
	data, total := m.gather(h.iov, h.iovLen, ^uint64(0))
	out := []string{descriptor(args), quoted(data, total)}
	if h.name != 0 && h.nameLen > 0 {
		out = append(out, m.address(h.name, h.nameLen))
	}
	return out, data
}

func recvmsgArgs(m memory, args [6]uint64, result int64) ([]string, []byte) {
	if result < 0 {
		return []string{descriptor(args)}, nil
	}
	h, ok := m.messageHeader(args[1])
	if !ok {
		return []string{descriptor(args)}, nil
	}
	data, _ := m.gather(h.iov, h.iovLen, uint64(result))
	out := []string{descriptor(args), quoted(data, uint64(result))}
	if h.name != 0 && h.nameLen > 0 {
		out = append(out, m.address(h.name, h.nameLen))
	}
	return out, data
}

func sendfileArgs(_ memory, args [6]uint64) ([]string, []byte) {
	return []string{descriptor(args), strconv.Itoa(int(int32(args[1]))), size(args[3])}, nil
}

func shutdownArgs(_ memory, args [6]uint64) ([]string, []byte) {
	return []string{descriptor(args), nameOf(directions, args[1])}, nil
}

func optionArgs(_ memory, args [6]uint64) ([]string, []byte) {
	level, name := option(args[1], args[2])
	return []string{descriptor(args), level, name}, nil
}

func setOptionArgs(m memory, args [6]uint64) ([]string, []byte) {
	out, _ := optionArgs(m, args)
	return append(out, m.option(args[1], args[2], args[3], args[4])...), nil
}

func gotOptionArgs(m memory, args [6]uint64, result int64) ([]string, []byte) {
	out, _ := optionArgs(m, args)
	if result < 0 {
		return out, nil
	}
	length, _ := m.uint32(args[4])
	return append(out, m.option(args[1], args[2], args[3], uint64(length))...), nil
}

func size(n uint64) string { return strconv.FormatUint(n, 10) }

// flags returns the flags of a send or receive as an argument, if there are
// any worth telling: MSG_NOSIGNAL is how runtimes get EPIPE and no signal.
func flags(v uint64) []string {
	v &^= unix.MSG_NOSIGNAL
	if v == 0 {
		return nil
	}
	return []string{bits(messageFlags, v)}
}

func dupArgs(_ memory, args [6]uint64) ([]string, []byte) {
	return []string{descriptor(args), strconv.Itoa(int(int32(args[1])))}, nil
}

func pollArgs(m memory, args [6]uint64) ([]string, []byte) {
	return []string{m.polled(args[0], args[1]), strconv.Itoa(int(int32(args[2])))}, nil
}

func ppollArgs(m memory, args [6]uint64) ([]string, []byte) {
	return []string{m.polled(args[0], args[1]), m.milliseconds(args[2])}, nil
}

func epollArgs(_ memory, args [6]uint64) ([]string, []byte) {
	return []string{descriptor(args), strconv.Itoa(int(int32(args[3])))}, nil
}

func epoll2Args(m memory, args [6]uint64) ([]string, []byte) {
	return []string{descriptor(args), m.milliseconds(args[3])}, nil
}

func selectArgs(m memory, args [6]uint64) ([]string, []byte) {
	return append(m.sets(args), m.duration(args[4], time.Microsecond)), nil
}

func pselectArgs(m memory, args [6]uint64) ([]string, []byte) {
	return append(m.sets(args), m.duration(args[4], time.Nanosecond)), nil
}
