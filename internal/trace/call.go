package trace

import (
	"strconv"
	"strings"
	"time"
)

// Call is one end of a system call that a program made about a socket: its
// entry, before the kernel has done anything, or its return. What the call
// causes therefore stands behind its entry, and what made it return before its
// return.
//
// A call that the kernel answers with "not now" (EAGAIN, EINPROGRESS) and that
// the program makes again when its poller says so is one call, as the
// programmer meant it.
type Call struct {
	Program string `json:"program"`
	PID     int    `json:"pid"`    // of the process, as the machine outside the lab sees it
	Number  int    `json:"number"` // the same for entry and return, and for no other call of the program
	Name    string `json:"name"`   // as in its man page: "accept", "recv"
	// Args are the arguments in C notation, as far as they mean something to a
	// reader: "3", "AF_INET", "10.0.0.2:8898", "\"hello!\"". At the entry those
	// that the program gave; at the return also what the kernel filled in.
	Args []string `json:"args"`
	FD   int      `json:"fd"`             // the socket's descriptor; -1 if the call has none (yet)
	Sock uint64   `json:"sock,omitempty"` // the socket's inode, which tells it apart on its host
	// Data is what is sent (at the entry) or was received (at the return), at
	// most the first CallData bytes of it.
	Data   []byte  `json:"data,omitempty"`
	Return *Return `json:"return,omitempty"` // nil at the entry
}

// CallData is how many bytes of what a call sends or receives are kept.
const CallData = 2048

// Return is how a call ended.
type Return struct {
	Value  int64         `json:"value"`           // -1 if it failed
	Errno  string        `json:"errno,omitempty"` // "ECONNREFUSED"
	Waited time.Duration `json:"waited_ns"`       // from when the entry was let go on to the return
}

// String returns the call as a C programmer writes it, with its result if it
// has returned: "accept(3, 10.0.0.1:40000) = 4".
func (c *Call) String() string {
	text := c.Name + "(" + strings.Join(c.Args, ", ") + ")"
	if c.Return == nil {
		return text
	}
	text += " = " + strconv.FormatInt(c.Return.Value, 10)
	if c.Return.Errno != "" {
		text += " " + c.Return.Errno
	}
	return text
}
