//go:build amd64 || arm64

package lab

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// Doing says what the program and everything it started are doing now.
func (p *Process) Doing() Doing {
	members := p.Members()
	if len(members) == 0 {
		select {
		case <-p.Done():
			return Doing{Known: true, Ended: true}
		default:
			return Doing{}
		}
	}
	look := &look{process: p, members: members, threads: readThreads(members),
		files: make(map[int]map[int]string)}
	for _, m := range members {
		look.files[m.PID] = descriptors(m.PID)
	}
	table, err := p.host.Sockets()
	if err != nil || len(look.threads) == 0 {
		return Doing{}
	}
	look.table = table
	look.findSockets()
	return look.doing()
}

// A look is the evidence of one moment.
type look struct {
	process *Process
	members []Member
	threads []thread
	files   map[int]map[int]string // process, descriptor: what it stands for
	table   []trace.Socket         // of the host
	sockets []trace.Socket         // of the program
}

func (l *look) findSockets() {
	open := make(map[uint64]bool)
	for _, files := range l.files {
		for _, link := range files {
			if inode, ok := socketInode(link); ok {
				open[inode] = true
			}
		}
	}
	for _, s := range l.table {
		if open[s.Inode] {
			l.sockets = append(l.sockets, s)
		}
	}
}

func (l *look) doing() Doing {
	d := Doing{Known: true, Blocked: true, Sockets: l.sockets}
	for _, s := range l.sockets {
		if connected(s) && s.RecvQ > 0 {
			d.Unread, d.UnreadBytes = l.describe(s), s.RecvQ
			break
		}
	}
	best := rankUnknown + 1
	for _, t := range l.threads {
		if t.stopped() {
			d.Call, d.On = "stop", ""
			return d
		}
		if !t.asleep() {
			d.Blocked, d.Call, d.On, d.maySleep = false, "", "", false
			return d
		}
		c := call{rank: rankUnknown, on: onMany} // of what we may not know
		if t.inCall {
			c = callOf(t.number, t.args)
		}
		if c.rank >= best {
			continue
		}
		best = c.rank
		d.Call, d.On, d.maySleep = c.name, "", false
		switch c.on {
		case onDescriptor:
			d.On = l.describeFile(t.pid, int(int32(t.args[0])))
		case onMany:
			d.maySleep = c.name == "epoll_wait" && !c.endless(t.args)
			d.Call, d.On = l.infer(c.name)
		}
	}
	d.Forever = l.forever()
	return d
}

// infer tells from the program's sockets what it waits for in a poller, of
// which the system call shows nothing.
func (l *look) infer(poller string) (name, on string) {
	for _, s := range l.sockets {
		if connected(s) && s.RecvQ == 0 {
			return poller, l.describe(s)
		}
	}
	for _, s := range l.sockets {
		switch {
		case s.State == "LISTEN":
			return "accept", l.describe(s)
		case s.State == "SYN-SENT":
			return "connect", l.describe(s)
		case s.Network == "udp":
			return poller, l.describe(s)
		}
	}
	return poller, ""
}

// connected reports whether s is a connection from which something may be read.
func connected(s trace.Socket) bool {
	switch s.State {
	case "ESTABLISHED", "CLOSE-WAIT", "FIN-WAIT-1", "FIN-WAIT-2":
		// A pair of unnamed unix sockets is a program's own business.
		return s.Network == "tcp" || s.Network == "unix" && s.Path != ""
	}
	return false
}

func (l *look) describeFile(pid, fd int) string {
	link := l.files[pid][fd]
	if inode, ok := socketInode(link); ok {
		for _, s := range l.sockets {
			if s.Inode == inode {
				return l.describe(s)
			}
		}
		return "a socket"
	}
	switch {
	case fd == 0:
		return "standard input"
	case fd == 1:
		return "standard output"
	case fd == 2:
		return "standard error"
	case strings.HasPrefix(link, "pipe:"):
		return "a pipe"
	case strings.HasPrefix(link, "/"):
		return link
	}
	return ""
}

func (l *look) describe(s trace.Socket) string {
	switch {
	case s.Network == "unix" && s.State == "LISTEN":
		return "the listening socket " + s.Path
	case s.Network == "unix" && s.Path != "":
		return "the unix socket " + s.Path
	case s.Network == "unix":
		return "a unix socket"
	case s.State == "LISTEN":
		return "the listening socket " + s.Local.String()
	case s.Network == "udp" && s.Remote.IsValid():
		return fmt.Sprintf("the UDP socket %s to %s", s.Local, s.Remote)
	case s.Network == "udp":
		return "the UDP socket " + s.Local.String()
	case !s.Remote.IsValid():
		return "a socket that isn't connected"
	case l.accepted(s):
		return "the connection from " + s.Remote.String()
	}
	return "the connection to " + s.Remote.String()
}

// accepted tells a connection that came in from one that went out: somebody
// listens on its port, or the port is below those given to outgoing ones.
func (l *look) accepted(s trace.Socket) bool {
	const firstEphemeral = 32768 // ip(7), ip_local_port_range
	return s.Local.Port() < firstEphemeral || slices.ContainsFunc(l.table, func(o trace.Socket) bool {
		return o.Network == s.Network && o.State == "LISTEN" && o.Local.Port() == s.Local.Port()
	})
}

// forever is Doing.Forever.
func (l *look) forever() bool {
	sysmons := make(map[int]int)
	for _, t := range l.threads {
		switch {
		case l.endless(t):
		case t.inCall && callOf(t.number, t.args).name == "futex":
			sysmons[t.pid]++
		default:
			return false
		}
	}
	for pid, timed := range sysmons {
		if timed > 1 || !l.idleGo(pid) {
			return false
		}
	}
	for _, m := range l.members {
		if l.hasTimer(m.PID) {
			return false
		}
	}
	if l.underWay() {
		return false
	}
	if rest, known := l.process.host.lab.AtRest(); known && !rest {
		return false
	}
	// Last, so that all the above was seen while everybody slept.
	now := l.process.Members()
	return slices.EqualFunc(l.members, now, func(a, b Member) bool { return a.PID == b.PID }) &&
		stillAsleep(l.threads, now)
}

// endless reports whether only an event from outside ends what the thread
// sleeps in.
func (l *look) endless(t thread) bool {
	if t.state != 'S' || !t.inCall {
		return false
	}
	c := callOf(t.number, t.args)
	if c.endless == nil || !c.endless(t.args) {
		return false
	}
	if c.on != onDescriptor {
		return true
	}
	fd := int(int32(t.args[0]))
	link := l.files[t.pid][fd]
	if _, ok := socketInode(link); ok {
		return !hasTimeout(t.pid, fd)
	}
	// Of other pipes and files we don't know who is at the other end.
	return fd == 0 && strings.HasPrefix(link, "pipe:")
}

// hasTimeout reports whether SO_RCVTIMEO is set on the socket, or can't be read.
func hasTimeout(pid, fd int) bool {
	process, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return true
	}
	defer unix.Close(process)
	sock, err := unix.PidfdGetfd(process, fd, 0)
	if err != nil {
		return true
	}
	defer unix.Close(sock)
	tv, err := unix.GetsockoptTimeval(sock, unix.SOL_SOCKET, unix.SO_RCVTIMEO)
	return err != nil || tv.Sec != 0 || tv.Usec != 0
}

// idleGo reports whether the process is a Go program that has nothing to do
// and no timer running. Such a program has one thread in a timed futex all the
// same: sysmon, which looks after the scheduler and, when all is idle, wakes
// once a minute to see whether to collect garbage. It runs nothing of the
// program's. Timers show in the poller: the runtime gives epoll the time until
// the next timer, and wakes it up if an earlier one is set, so a thread in
// epoll without a timeout means that there is none.
func (l *look) idleGo(pid int) bool {
	if !isGo(pid) {
		return false
	}
	return slices.ContainsFunc(l.threads, func(t thread) bool {
		return t.pid == pid && t.inCall && callOf(t.number, t.args).name == "epoll_wait" && l.endless(t)
	})
}

func isGo(pid int) bool {
	_, err := buildinfo.ReadFile(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil
}

// hasTimer reports whether something may wake or interrupt the process later
// on, although its threads wait without a timeout.
func (l *look) hasTimer(pid int) bool {
	files, ok := l.files[pid]
	if !ok || files == nil {
		return true
	}
	for _, link := range files {
		if strings.Contains(link, "[timerfd]") || strings.Contains(link, "[io_uring]") {
			return true
		}
	}
	// timer_create(2). The file is there only if the kernel was built for
	// checkpoints.
	if timers, err := os.ReadFile(fmt.Sprintf("/proc/%d/timers", pid)); err == nil && len(timers) > 0 {
		return true
	}
	// alarm(2) and setitimer(2) show nowhere, but who uses them handles
	// SIGALRM. Go handles every signal, and has timers of its own.
	return slices.ContainsFunc(l.threads, func(t thread) bool { return t.pid == pid && t.alarm }) && !isGo(pid)
}

// underWay reports whether something on its way may still reach the program or
// show an effect of what it did: bytes that the other side has not
// acknowledged, a connection being made.
func (l *look) underWay() bool {
	lab := l.process.host.lab
	there, err := lab.Host(l.process.host.name.Peer()).Sockets()
	if err != nil {
		return true
	}
	there = append(there, l.table...)
	for _, s := range l.sockets {
		if s.Network != "tcp" {
			continue
		}
		if s.State == "SYN-SENT" || s.State != "LISTEN" && s.SendQ > 0 {
			return true
		}
		if s.State == "LISTEN" && s.RecvQ > 0 {
			return true // somebody has connected
		}
		for _, o := range there { // the other ends
			if o.Network == "tcp" && o.Remote.Port() == s.Local.Port() && (o.State == "SYN-SENT" || o.SendQ > 0) {
				return true
			}
		}
	}
	return false
}
