// Package sockets is the lesson on sockets, by TCP hello: the client says
// "hello!", the server says "hi", and both close.
package sockets

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml server.go client.go raw_unix.go server.py client.py recording.jsonl
var files embed.FS

//go:embed server.py
var serverPython string

//go:embed client.py
var clientPython string

// Lesson is the lesson on sockets.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{{
			Name: "server",
			Impl: map[string]func(demo.Stdio) error{"go": server, "raw": rawServer},
			Text: map[string]string{"python": serverPython},
		}, {
			Name: "client",
			Impl: map[string]func(demo.Stdio) error{"go": client, "raw": rawClient},
			Text: map[string]string{"python": clientPython},
		}},
		Play: play,
	},
	Predictions: map[string]func([]trace.Event) (string, error){
		"frames-before-data": framesBeforeData,
		"bytes-read":         bytesRead,
	},
}

const port = 8898

func play(ctx context.Context, s *demo.Stage) error {
	address, err := s.Address(trace.Server, port)
	if err != nil {
		return err
	}
	server, err := s.Start(ctx, trace.Server, "server", address)
	if err != nil {
		return err
	}
	// The server's first line says that it listens.
	if !server.Stdout().Until(ctx, func(b []byte) bool { return bytes.IndexByte(b, '\n') >= 0 }) {
		return ended(ctx, server)
	}
	reach, err := s.Reach(trace.Server, port)
	if err != nil {
		return err
	}
	client, err := s.Start(ctx, trace.Client, "client", reach)
	if err != nil {
		return err
	}
	if err := ended(ctx, client); err != nil {
		return err
	}
	if err := ended(ctx, server); err != nil {
		return err
	}
	if s.Lab.Isolation() != lab.TwoHosts {
		return s.Settle(ctx)
	}
	awaitGoodbye(ctx, s)
	return nil
}

// awaitGoodbye waits until the client's FIN is acknowledged: kernels go on
// talking when their programs have ended. A wire that loses frames may keep
// them at it for minutes; the story is told long before.
func awaitGoodbye(ctx context.Context, s *demo.Stage) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var d trace.Decoder
	var fin uint32 // the client's FIN, by its number; 0 before it
	for e := range s.Lab.Timeline().Follow(ctx) {
		p, ok := d.Decode(e)
		switch {
		case !ok || e.Frame.Fate == trace.Dropped:
		case e.Host == trace.Client && strings.Contains(p.Flags, "FIN"):
			fin = p.Seq + uint32(p.Length)
		case e.Host == trace.Server && fin > 0 && p.Ack > fin:
			return
		}
	}
}

// ended waits for p to end, and returns an error unless it did so with status 0.
func ended(ctx context.Context, p *lab.Process) error {
	exit, err := p.Wait(ctx)
	if err != nil {
		return fmt.Errorf("wait for the %s: %w", p.Name, err)
	}
	if !exit.OK() {
		return fmt.Errorf("the %s ended with status %d: %s", p.Name, exit.Status, bytes.TrimSpace(p.Stderr().Bytes()))
	}
	return nil
}

// framesBeforeData counts the frames that cross the wire before the first one
// that carries data.
func framesBeforeData(run []trace.Event) (string, error) {
	var d trace.Decoder
	before := 0
	for _, e := range run {
		p, ok := d.Decode(e)
		if !ok {
			continue
		}
		if p.Protocol == "TCP" && p.Length > 0 {
			return strconv.Itoa(before), nil
		}
		before++
	}
	if before == 0 {
		return "", errors.New("count the frames: there are none, since the demo ran on the loopback, where there is no wire to look at")
	}
	return "", errors.New("count the frames: none of them carries data")
}

// bytesRead says how many bytes the server's one read returned: as many as are
// in the line it prints after the one that says where it listens.
func bytesRead(run []trace.Event) (string, error) {
	var printed []byte
	for _, e := range run {
		if e.Output != nil && e.Output.Program == "server" && e.Output.Stream == trace.Stdout {
			printed = append(printed, e.Output.Data...)
		}
	}
	// Windows' Python ends its lines with "\r\n".
	lines := bytes.Split(bytes.ReplaceAll(printed, []byte("\r\n"), []byte("\n")), []byte("\n"))
	if len(lines) < 3 { // the last one is what stands behind the last "\n"
		return "", errors.New("count the bytes: the server printed no message")
	}
	return strconv.Itoa(len(lines[1])), nil
}
