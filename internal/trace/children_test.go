package trace

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestChildrenAreCountedAsTheyBeginToCall(t *testing.T) {
	var c Children
	starts := func(h Host, pid int) {
		c.Add(Event{Host: h, Process: &Process{Program: "server", PID: pid}})
	}
	calls := func(h Host, pid int) string {
		call := &Call{Program: "server", PID: pid}
		c.Add(Event{Host: h, Call: call})
		return c.Name(h, call)
	}
	starts(Server, 10)
	assert.Empty(t, calls(Server, 10))
	assert.Equal(t, "child 1", calls(Server, 17))
	assert.Equal(t, "child 2", calls(Server, 14))
	assert.Empty(t, calls(Server, 10))
	assert.Equal(t, "child 1", calls(Server, 17))
	assert.Empty(t, calls(Client, 17), "a program on the other host")

	starts(Server, 20)
	starts(Server, 21)
	assert.Empty(t, calls(Server, 20))
	assert.Empty(t, calls(Server, 21), "the same program, started twice")
	assert.Equal(t, "child 2", calls(Server, 14), "of the one before")
	assert.Equal(t, "child 1", calls(Server, 22))

	starts(Server, 30)
	assert.Empty(t, calls(Server, 31), "what a shell was started for")
	assert.Equal(t, "child 1", calls(Server, 32))
}
