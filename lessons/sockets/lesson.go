// Package sockets is the lesson on sockets, by TCP hello: the client says
// "hello!", the server says "hi", and both close.
package sockets

import (
	"context"
	"embed"
	"errors"
	"strings"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
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
	Predictions: course.Predictions{
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
	server, err := s.StartServer(ctx, "server", "server", address)
	if err != nil {
		return err
	}
	reach, err := s.Reach(trace.Server, port)
	if err != nil {
		return err
	}
	client, err := s.Start(ctx, trace.Client, "client", reach)
	if err != nil {
		return err
	}
	if err := demo.Succeeded(ctx, client); err != nil {
		return err
	}
	if err := demo.Succeeded(ctx, server); err != nil {
		return err
	}
	return s.Settle(ctx, address)
}

// framesBeforeData counts the frames that cross the wire before the first one
// that carries data.
func framesBeforeData(run []trace.Event) (int, error) {
	var d trace.Decoder
	before := 0
	for _, e := range run {
		p, ok := d.Decode(e)
		if !ok {
			continue
		}
		if p.Protocol == "TCP" && p.Length > 0 {
			return before, nil
		}
		before++
	}
	if before == 0 {
		return 0, course.ErrNoWire
	}
	return 0, errors.New("count the frames: none of them carries data")
}

// bytesRead says how many bytes the server's one read returned: as many as are
// in the line it prints after the one that says where it listens.
func bytesRead(run []trace.Event) (int, error) {
	lines := strings.Split(trace.Printed(run, "server"), "\n")
	if len(lines) < 3 { // the last one is what stands behind the last "\n"
		return 0, errors.New("count the bytes: the server printed no message")
	}
	return len(lines[1]), nil
}
