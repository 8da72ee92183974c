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

// readCap is longer than programs sleep before they read, if they do. One that
// only looks at what has come (MSG_PEEK) leaves it unread for as long.
const readCap = 5 * time.Second

// fallSilent waits until the client has read what was sent, and then for time
// itself, which no event tells of: a client that takes silence for the end of a
// greeting is then found out.
func fallSilent(t *check.T, c *check.Conn) {
	awaitRead(t, c)
	t.Act(t.Lab().Server().Name(), "says nothing for a while", nil)
	select {
	case <-time.After(silence):
	case <-t.Context().Done():
	}
}

// awaitRead waits until the client has read all that was sent.
func awaitRead(t *check.T, c *check.Conn) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(readCap)
	for unread(t, c) {
		select {
		case <-tick.C:
		case <-limit:
			return
		case <-t.Context().Done():
			return
		}
	}
}

// unread reports whether something that was sent to the client lies in a kernel
// still. It asks the sender's first: what is not on its way any more has arrived.
func unread(t *check.T, c *check.Conn) bool {
	ours, err := t.Lab().Server().Sockets()
	if err != nil {
		return false // this system can't tell
	}
	for _, s := range ours {
		if s.Network == "tcp" && s.Local.String() == c.LocalAddr() && s.Remote.IsValid() && s.SendQ > 0 {
			return true
		}
	}
	theirs, err := t.Lab().Client().Sockets()
	if err != nil {
		return false
	}
	for _, s := range theirs {
		if s.Network == "tcp" && s.Remote.String() == c.LocalAddr() && s.RecvQ > 0 {
			return true
		}
	}
	return false
}
