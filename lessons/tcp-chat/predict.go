package tcpchat

import (
	"bytes"
	"errors"
	"strings"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/trace"
)

// eachPayload calls f for what each segment carries for the first time, until
// f returns false.
func eachPayload(run []trace.Event, f func(from trace.Host, p trace.Packet) bool) {
	var d trace.Decoder
	for _, e := range run {
		p, ok := d.Decode(e)
		if ok && p.Protocol == "TCP" && p.Length > 0 && !p.Retransmission && e.Frame.Fate == trace.Delivered && !f(e.Host, p) {
			return
		}
	}
}

// bytesOfTaibai counts the bytes of the segment that carries Li's name.
func bytesOfTaibai(run []trace.Event) (int, error) {
	n := 0
	eachPayload(run, func(from trace.Host, p trace.Packet) bool {
		if from == trace.Client && bytes.HasPrefix(p.Payload, []byte("太")) {
			n = p.Length
		}
		return n == 0
	})
	if n == 0 {
		return 0, course.ErrNoWire
	}
	return n, nil
}

// bytesUnheard counts the bytes of the second caller's that cross the wire
// before the first one's q does, and with it the end of the first conversation.
func bytesUnheard(run []trace.Event) (int, error) {
	var first uint16 // the port of the first caller
	n, over := 0, false
	eachPayload(run, func(from trace.Host, p trace.Packet) bool {
		switch port := p.Source.Port(); {
		case from != trace.Client:
		case first == 0:
			first = port
		case port == first:
			over = string(p.Payload) == quit
		default:
			n += p.Length
		}
		return !over
	})
	if !over {
		return 0, course.ErrNoWire
	}
	return n, nil
}

// messagesRead counts what the tutorial's server prints of Li's line 太白,
// which reaches it in two segments: all that it prints but the line that says
// where it listens, and the first hello.
func messagesRead(run []trace.Event) (int, error) {
	_, behind, found := strings.Cut(trace.Printed(run, "tutorial"), "hello")
	if !found {
		return 0, errors.New("count the messages: the tutorial's server has read none in this run")
	}
	return strings.Count(behind, "\n") - 1, nil
}
