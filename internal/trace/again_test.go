package trace

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What was sent first is what the wire delayed, and not the repetition, though
// that comes first.
func TestWhatIsSentAgainIsMarkedThoughItOvertakesTheFirst(t *testing.T) {
	var d Decoder
	see := func(at, held time.Duration, again bool, bytes []byte) (marks string) {
		e := frame(bytes, Delivered)
		e.At, e.Frame.Held, e.Frame.Again = at*time.Millisecond, held*time.Millisecond, again
		p, _ := d.Decode(e)
		return fmt.Sprintf("again %v, out of order %v", p.Retransmission, p.OutOfOrder)
	}
	hello := tcpTo(t, serverIP, "PSH ACK", 101, 501, "hello")
	see(1, 0, false, tcpTo(t, serverIP, "SYN", 100, 0, ""))
	assert.Equal(t, "again true, out of order false", see(210, 0, true, hello), "sent at 210 ms")
	assert.Equal(t, "again false, out of order true", see(310, 300, false, hello), "sent at 10 ms")
	assert.Equal(t, "again true, out of order false", see(700, 50, false, hello), "sent at 650 ms")

	assert.True(t, Resends(hello, tcpTo(t, serverIP, "ACK", 99, 501, "the")))
	assert.False(t, Resends(hello, tcpTo(t, serverIP, "ACK", 99, 501, "th")), "what comes before it")
	assert.False(t, Resends(tcpTo(t, serverIP, "ACK", 101, 501, ""), hello), "it carries nothing")
}
