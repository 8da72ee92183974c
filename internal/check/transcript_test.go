package check

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/learnnet/learnnet/internal/trace"
)

// TestATranscriptTellsALongOutputOnce has a program print much, in many writes,
// while frames cross the wire.
func TestATranscriptTellsALongOutputOnce(t *testing.T) {
	prints := func(stream trace.Stream, text string) trace.Event {
		return trace.Event{Output: &trace.Output{Program: "server", Stream: stream, Data: []byte(text)}}
	}
	events := []trace.Event{{Action: &trace.Action{Actor: "checker", Text: "waits"}}, prints(trace.Stdout, "a")}
	for range 100 {
		events = append(events, trace.Event{Frame: &trace.Frame{}}, prints(trace.Stdout, string(bytes.Repeat([]byte("b"), 40))))
	}
	events = append(events, prints(trace.Stderr, "c\n"), prints(trace.Stdout, "d"),
		trace.Event{Action: &trace.Action{Actor: "checker", Text: "waits"}}, prints(trace.Stdout, "e"))
	b := string(bytes.Repeat([]byte("b"), 59))
	assert.Equal(t, []string{
		"checker waits",
		`server prints "a` + b + `" … "` + b[:30] + `" (4001 bytes)`,
		`server logs "c\n"`,
		`server prints "d"`,
		"checker waits",
		`server prints "e"`,
	}, transcript(events))
}
