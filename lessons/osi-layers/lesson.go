// Package osilayers is the lesson about layers: what each of them adds to a
// message, and where it stands in the frame.
package osilayers

import (
	"bytes"
	"context"
	"embed"
	"errors"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml server.go client.go recording.jsonl
var files embed.FS

// Lesson is the lesson and its demo.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			demo.InGo("web-server", webServer),
			demo.InGo("web-client", webClient),
			demo.InGo("datagram-server", datagramServer),
			demo.InGo("datagram-client", datagramClient),
		},
		Play: play,
	},
	Predictions: course.Predictions{
		"header-bytes": headerBytes,
		"http-frames":  httpFrames,
	},
}

// The ports of the demo. On the loopback they are mapped to free ones.
const (
	webPort      = 8080
	datagramPort = 7007
)

func play(ctx context.Context, s *demo.Stage) error {
	s.Act("one request, TCP")
	if err := exchange(ctx, s, "web", webPort); err != nil {
		return err
	}
	s.Act("two bytes each way, UDP")
	return exchange(ctx, s, "datagram", datagramPort)
}

// exchange plays a pair of programs until both have ended. The wire may have
// been told to lose so much that the client gives up; a server that then still
// waits is left to the stage.
func exchange(ctx context.Context, s *demo.Stage, pair string, port uint16) error {
	address, err := s.Address(trace.Server, port)
	if err != nil {
		return err
	}
	server, err := s.StartServer(ctx, "server", pair+"-server", address)
	if err != nil {
		return err
	}
	reach, err := s.Reach(trace.Server, port)
	if err != nil {
		return err
	}
	client, err := s.StartAs(ctx, trace.Client, "client", pair+"-client", reach)
	if err != nil {
		return err
	}
	exit, err := client.Wait(ctx)
	if err != nil || !exit.OK() {
		return err
	}
	if err := demo.Succeeded(ctx, server); err != nil {
		return err
	}
	return s.Settle(ctx, address)
}

// request returns the frame that carries the HTTP request.
func request(run []trace.Event) (*trace.Frame, trace.Packet, error) {
	var d trace.Decoder
	frames := 0
	for _, e := range run {
		p, ok := d.Decode(e)
		if !ok {
			continue
		}
		frames++
		if p.Protocol == "TCP" && bytes.HasPrefix(p.Payload, []byte("GET ")) {
			return e.Frame, p, nil
		}
	}
	if frames == 0 {
		return nil, trace.Packet{}, course.ErrNoWire
	}
	return nil, trace.Packet{}, errors.New("none of the frames carries a request")
}

// headerBytes counts the bytes of the request's frame that are headers.
func headerBytes(run []trace.Event) (int, error) {
	f, p, err := request(run)
	if err != nil {
		return 0, err
	}
	return f.Length - p.Length, nil
}

// httpFrames counts the frames that carry a byte of HTTP. One that is sent
// again counts once.
func httpFrames(run []trace.Event) (int, error) {
	if _, _, err := request(run); err != nil {
		return 0, err
	}
	var d trace.Decoder
	n := 0
	for _, e := range run {
		p, ok := d.Decode(e)
		if ok && p.Protocol == "TCP" && p.Length > 0 && !p.Retransmission && e.Frame.Fate != trace.Duplicated {
			n++
		}
	}
	return n, nil
}
