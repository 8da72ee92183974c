// Package trace is the record of a run: what crossed the wire, what the
// programs printed, what the checker did, in one order.
//
// Every source appends to a [Timeline]; every view draws it. The package knows
// nothing of how the events come about.
package trace

import (
	"fmt"
	"strings"
	"time"
)

// Host names one of the two computers of a lab.
type Host string

// The two hosts. Their names are also what people read on screen.
const (
	Client Host = "client"
	Server Host = "server"
)

// Peer returns the host at the other end of the wire.
func (h Host) Peer() Host {
	if h == Client {
		return Server
	}
	return Client
}

// Kind says which of an Event's detail fields is set.
type Kind string

// The kinds of event.
const (
	KindFrame   Kind = "frame"   // Event.Frame: a frame left the wire, or was lost on it
	KindProcess Kind = "process" // Event.Process: a program started or ended
	KindOutput  Kind = "output"  // Event.Output: a program wrote to its standard output or error
	KindInput   Kind = "input"   // Event.Input: a program was given standard input
	KindAction  Kind = "action"  // Event.Action: the checker or the demo did something on a host
	KindCall    Kind = "call"    // Event.Call: a program entered a system call about a socket, or returned from it
	KindSocket  Kind = "socket"  // Event.Socket: a host's kernel made, changed or forgot a socket
	KindRelay   Kind = "relay"   // Event.Relay: learnnet's relay saw what a side did, where there is no wire
	KindAct     Kind = "act"     // Event.Act: the demo begins another part, on no host
)

// Event is one thing that happened. Seq and At are set by the Timeline.
type Event struct {
	Seq  int           `json:"seq"`   // position in the timeline, from 0
	At   time.Duration `json:"at_ns"` // since the timeline began
	Kind Kind          `json:"kind"`
	Host Host          `json:"host"` // where it happened; for a frame, the host that sent it; for a relay, the side that acted; empty for an act

	Frame   *Frame   `json:"frame,omitempty"`
	Process *Process `json:"process,omitempty"`
	Output  *Output  `json:"output,omitempty"`
	Input   *Input   `json:"input,omitempty"`
	Action  *Action  `json:"action,omitempty"`
	Call    *Call    `json:"call,omitempty"`
	Socket  *Socket  `json:"socket,omitempty"`
	Relay   *Relay   `json:"relay,omitempty"`
	Act     *Act     `json:"act,omitempty"`
}

// Fate is what the wire did with a frame.
type Fate string

// The fates. A frame that the wire doubles makes two events: the original,
// Delivered, and its copy, Duplicated.
const (
	Delivered  Fate = "delivered"
	Dropped    Fate = "dropped"
	Duplicated Fate = "duplicated" // this is the second copy
	Corrupted  Fate = "corrupted"  // delivered with one byte changed; Bytes holds the changed frame
)

// Frame is an Ethernet frame at the moment it left the wire: handed to the
// receiving host, or dropped. A frame the wire held longer than the frames
// behind it therefore stands after them, as the receiver saw it.
type Frame struct {
	// Bytes is the frame from its Ethernet header on, without the frame check
	// sequence. A long run keeps only the first bytes of its oldest frames.
	Bytes  []byte        `json:"bytes"`
	Length int           `json:"length"` // of the whole frame, in bytes
	Fate   Fate          `json:"fate"`
	Held   time.Duration `json:"held_ns,omitempty"` // added by the fault plan
	// Again says that its host had sent what it carries before, where the frames
	// before it need not tell: it has overtaken the first.
	Again bool `json:"again,omitempty"`
}

// Process reports that a program started (Exit nil) or ended.
type Process struct {
	Program string   `json:"program"` // its role or name: "server"
	PID     int      `json:"pid"`     // as the machine outside the lab sees it
	Args    []string `json:"args,omitempty"`
	Exit    *Exit    `json:"exit,omitempty"`
}

// Exit is how a program ended.
type Exit struct {
	Status int    `json:"status"`           // exit status; -1 when a signal ended it
	Signal string `json:"signal,omitempty"` // "killed", "segmentation fault", …
}

// OK reports whether the program ended by itself with status 0.
func (e Exit) OK() bool { return e.Signal == "" && e.Status == 0 }

// Stream is one of a program's two output streams.
type Stream string

// The output streams.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
)

// Output is what one read from a program's output stream returned: a line
// where the program writes lines, at most 4 KiB of it.
type Output struct {
	Program string `json:"program"`
	Stream  Stream `json:"stream"`
	Data    []byte `json:"data"`
}

// Printed returns all that the programs of that name wrote to their standard
// output in a run. Windows' "\r\n" is made "\n".
func Printed(run []Event, program string) string {
	var b strings.Builder
	for _, e := range run {
		if e.Output != nil && e.Output.Program == program && e.Output.Stream == Stdout {
			b.Write(e.Output.Data)
		}
	}
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

// Input is what was written to a program's standard input.
type Input struct {
	Program string `json:"program"`
	Data    []byte `json:"data"`
	EOF     bool   `json:"eof,omitempty"` // standard input was closed
}

// Act is one part of a demo that has several.
type Act struct {
	Number int    `json:"number"` // from 1
	Title  string `json:"title"`
}

// String returns what stands over the act: "Act 2: a wire that loses".
func (a Act) String() string { return fmt.Sprintf("Act %d: %s", a.Number, a.Title) }

// Action is something the checker or the demo did itself, told in one line
// that reads after the actor's name: "connects to 10.0.0.2:8898".
type Action struct {
	Actor string `json:"actor"` // "checker", "demo"
	Text  string `json:"text"`
	Data  []byte `json:"data,omitempty"` // bytes sent or received, if any
}
