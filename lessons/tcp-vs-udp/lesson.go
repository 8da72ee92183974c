// Package tcpvsudp is the lesson on TCP and UDP: the same five messages by the
// one and by the other, over a perfect wire and over a bad one.
package tcpvsudp

import (
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml tcp.go udp.go *.py recording.jsonl
var files embed.FS

// Lesson is the lesson on TCP and UDP.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			inBoth("tcp-server", tcpServer, "tcp_server.py"),
			inBoth("tcp-client", tcpClient, "tcp_client.py"),
			inBoth("udp-server", udpServer, "udp_server.py"),
			inBoth("udp-client", udpClient, "udp_client.py"),
			inBoth("tcp-sink", tcpSink, "tcp_sink.py"),
			inBoth("tcp-source", tcpSource, "tcp_source.py"),
			inBoth("udp-sink", udpSink, "udp_sink.py"),
			inBoth("udp-source", udpSource, "udp_source.py"),
		},
		Play: play,
	},
	Predictions: course.Predictions{
		"first-read": firstRead,
		"crossings":  crossings,
		"udp-reads":  udpReads,
	},
}

func inBoth(name string, run func(demo.Stdio) error, script string) demo.Program {
	text, err := files.ReadFile(script)
	if err != nil {
		panic(err) // it is embedded under another name
	}
	return demo.InBoth(name, run, string(text))
}

// inAct returns what happened in one act of a run.
func inAct(run []trace.Event, number int) []trace.Event {
	var out []trace.Event
	now := 0
	for _, e := range run {
		if e.Act != nil {
			now = e.Act.Number
		}
		if now == number {
			out = append(out, e)
		}
	}
	return out
}

// printed returns the messages that the server printed in an act, a read each.
func printed(run []trace.Event, act int) []string {
	var out []string
	for line := range strings.Lines(trace.Printed(inAct(run, act), "server")) {
		if message, err := strconv.Unquote(strings.TrimSpace(line)); err == nil {
			out = append(out, message)
		}
	}
	return out
}

// firstRead says how many bytes the TCP server's first read returned on the
// perfect wire.
func firstRead(run []trace.Event) (int, error) {
	reads := printed(run, tcpPerfect)
	if len(reads) == 0 {
		return 0, errors.New("count the bytes: the TCP server read nothing in the first act; play the demo again")
	}
	return len(reads[0]), nil
}

// crossings says how often the wire was crossed, once for each time that one
// side had to hear from the other first, until the TCP server's host had the
// first byte.
func crossings(run []trace.Event) (int, error) {
	return crossingsToData(inAct(run, tcpPerfect), "TCP")
}

func crossingsToData(act []trace.Event, protocol string) (int, error) {
	var d trace.Decoder
	var from trace.Host
	n := 0
	for _, e := range act {
		p, ok := d.Decode(e)
		if !ok || p.Protocol != protocol || e.Frame.Fate == trace.Dropped {
			continue
		}
		if e.Host != from {
			n, from = n+1, e.Host
		}
		if p.Length > 0 {
			return n, nil
		}
	}
	return 0, fmt.Errorf("count how often the wire is crossed: no data crossed it by %s (on the loopback there is no wire to look at)", protocol)
}

// udpReads says how many messages the UDP server read on the bad wire.
func udpReads(run []trace.Event) (int, error) {
	reads := printed(run, udpBad)
	if len(reads) == 0 {
		return 0, errors.New("nothing got lost in this run: that takes a wire, and so two hosts (learnnet doctor says what is missing)")
	}
	return len(reads), nil
}
