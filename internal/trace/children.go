package trace

import "fmt"

// Children tells the processes of a program apart, as its calls show them. The
// zero Children is ready to use. It is not safe for concurrent use.
type Children struct {
	names map[processID]string
	last  map[programID]*family
}

type programID struct {
	host    Host
	program string
}

type processID struct {
	programID
	pid int
}

// A family is a program since it was started last, with the processes it made.
type family struct {
	called   bool // some process of it has made a call
	children int
}

// Add takes note of an event. They must come in the order of their timeline.
func (c *Children) Add(e Event) {
	switch {
	case e.Process != nil && e.Process.Exit == nil:
		id := programID{e.Host, e.Process.Program}
		c.family(id, true)
		c.names[processID{id, e.Process.PID}] = ""
	case e.Call != nil:
		id := programID{e.Host, e.Call.Program}
		f, process := c.family(id, false), processID{id, e.Call.PID}
		// A program that was started by a shell which makes no calls itself
		// counts as the one that was started.
		if _, known := c.names[process]; !known && f.called {
			f.children++
			c.names[process] = fmt.Sprintf("child %d", f.children)
		} else if !known {
			c.names[process] = ""
		}
		f.called = true
	}
}

func (c *Children) family(id programID, begins bool) *family {
	if c.names == nil {
		c.names, c.last = make(map[processID]string), make(map[programID]*family)
	}
	if begins || c.last[id] == nil {
		c.last[id] = new(family)
	}
	return c.last[id]
}

// Name returns which of the children of its program the process is that made a
// call: "child 1" is the first that made any. It is empty for the program itself.
func (c *Children) Name(h Host, call *Call) string {
	return c.names[processID{programID{h, call.Program}, call.PID}]
}
