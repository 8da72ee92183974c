package lab

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// Doing is what a program, with everything it started, was doing at one
// moment. The zero Doing means that nothing is known: only Linux tells.
type Doing struct {
	Known   bool
	Ended   bool // nothing of the program is alive
	Blocked bool // every thread of every process sleeps

	// Call is the most telling of the calls that the threads sleep in, as a C
	// programmer writes it ("accept", "recv", "epoll_wait"), and On what it
	// waits for: "standard input", "the connection from 10.0.0.1:40001", "the
	// listening socket 10.0.0.2:8898". Of a program that waits in a poller, a
	// call is inferred from its sockets. Both are empty if it isn't blocked.
	Call string
	On   string

	// Unread names the connection on which bytes wait that the program hasn't
	// read, and UnreadBytes says how many.
	Unread      string
	UnreadBytes uint32

	// Forever means that the program can't go on by itself: all of its threads
	// were asleep at one and the same moment, in calls that have no timeout,
	// and nothing was on its way to it or from it. In doubt it is false. Input,
	// a signal or a frame sent afterwards may still wake the program.
	Forever bool

	// Sockets are those that the program has open.
	Sockets []trace.Socket

	maySleep bool // it waits in epoll with a timeout, which also serves those who sleep
}

// String says it in words that read after the program's name: "waits in
// accept on 10.0.0.2:8898". It is empty if nothing is known.
func (d Doing) String() string {
	switch {
	case !d.Known:
		return ""
	case d.Ended:
		return "has ended"
	case d.Unread == "":
		return d.waits()
	case d.Blocked && d.On == "" && d.Call == "epoll_wait":
		return fmt.Sprintf("has %s on %s, which it doesn't read", unreadBytes(d.UnreadBytes), d.Unread)
	}
	return fmt.Sprintf("has %s on %s, and %s", unreadBytes(d.UnreadBytes), d.Unread, d.waits())
}

func unreadBytes(n uint32) string {
	if n == 1 {
		return "1 unread byte"
	}
	return fmt.Sprintf("%d unread bytes", n)
}

func (d Doing) waits() string {
	perhaps := ""
	if d.maySleep {
		perhaps = ", or sleeps"
	}
	switch {
	case !d.Blocked:
		return "is running (not blocked)"
	case d.Call == "":
		return "waits for something the kernel doesn't tell"
	case d.Call == "nanosleep", d.maySleep && d.On == "":
		return "sleeps"
	case d.Call == "accept":
		return "waits in accept on " + strings.TrimPrefix(d.On, "the listening socket ") + perhaps
	case d.Call == "connect":
		return "waits in connect " + strings.TrimPrefix(d.On, "the connection ") + perhaps
	case d.On == "standard input":
		return "is reading standard input"
	case d.Call == "futex":
		return "waits on a lock (futex)"
	case d.Call == "wait":
		return "waits for a process it started"
	case d.Call == "stop":
		return "is stopped by a signal"
	case d.On == "":
		return "waits in " + d.Call
	case d.Call == "poll", d.Call == "select", d.Call == "epoll_wait":
		return "waits to read from " + d.On + perhaps
	}
	return "waits in " + d.Call + " on " + d.On
}
