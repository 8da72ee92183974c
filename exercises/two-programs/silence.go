package twoprograms

import (
	"time"

	"github.com/learnnet/learnnet/internal/check"
)

// silence is how long the check says nothing in the middle of a greeting: longer
// than the timeouts of a third or half a second that programs take for the end,
// and shorter by as much than the second of which the task speaks, which a client
// may wait and then give up. So it doesn't grow on a busy machine.
const silence = 750 * time.Millisecond

// fallSilent waits until the client has read what was sent, and then for time
// itself, which no event tells of: a client that takes silence for the end of a
// greeting is then found out.
func fallSilent(t *check.T, c *check.Conn) {
	c.AwaitRead()
	t.Act(t.Lab().Server().Name(), "says nothing for a while", nil)
	select {
	case <-time.After(silence):
	case <-t.Context().Done():
	}
}
