package lab

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// A segment waits on the wire for so long that TCP sends it again.
func TestTheRepetitionIsMarkedThoughItOvertakesTheFirst(t *testing.T) {
	var hello int // times that the client sent it
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Plan: func(w WireFrame) Fault {
		var d trace.Decoder
		p, _ := d.Decode(trace.Event{Frame: &trace.Frame{Bytes: w.Bytes, Length: len(w.Bytes)}})
		if string(p.Payload) != "hello" {
			return Fault{}
		}
		hello++
		if hello > 1 {
			return Fault{EndWait: true, Delay: time.Millisecond}
		}
		return Fault{Wait: true, Delay: 100 * time.Millisecond}
	}})
	listener, err := l.Server().Listen(within(t), "tcp", "10.0.0.2:9000")
	require.NoError(t, err)
	defer listener.Close()
	client, err := l.Client().Dial(within(t), "tcp", "10.0.0.2:9000")
	require.NoError(t, err)
	defer client.Close()
	server, err := listener.Accept()
	require.NoError(t, err)
	defer server.Close()
	_, err = client.Write([]byte("hello"))
	require.NoError(t, err)
	_, err = io.ReadFull(server, make([]byte, 5))
	require.NoError(t, err)
	assertEmptyWire(t, l)
	type mark struct{ again, outOfOrder bool }
	var marks []mark
	var d trace.Decoder
	for _, e := range l.Timeline().Events() {
		if p, ok := d.Decode(e); ok && string(p.Payload) == "hello" {
			marks = append(marks, mark{p.Retransmission, p.OutOfOrder})
		}
	}
	assert.Equal(t, []mark{{again: true}, {outOfOrder: true}}, marks)
}
