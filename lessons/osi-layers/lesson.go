// Package osilayers is the lesson about layers: what each of them adds to a
// message, and where it stands in the frame.
package osilayers

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

//go:embed lesson.md quiz.yaml server.go client.go recording.jsonl
var files embed.FS

// Lesson is the lesson and its demo.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			inGo("web-server", webServer),
			inGo("web-client", webClient),
			inGo("datagram-server", datagramServer),
			inGo("datagram-client", datagramClient),
		},
		Play: play,
	},
	Predictions: map[string]func([]trace.Event) (string, error){
		"header-bytes": headerBytes,
		"http-frames":  httpFrames,
	},
}

func inGo(name string, run func(demo.Stdio) error) demo.Program {
	return demo.Program{Name: name, Impl: map[string]func(demo.Stdio) error{"go": run}}
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
	awaitGoodbye(ctx, s)
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
	server, err := s.StartAs(ctx, trace.Server, "server", pair+"-server", address)
	if err != nil {
		return err
	}
	// Its first line says that it is ready.
	if !server.Stdout().Until(ctx, func(b []byte) bool { return bytes.IndexByte(b, '\n') >= 0 }) {
		_, err := server.Wait(ctx)
		return errors.Join(err, fmt.Errorf("the %s server ended early: %s", pair, bytes.TrimSpace(server.Stderr().Bytes())))
	}
	client, err := s.StartAs(ctx, trace.Client, "client", pair+"-client", address)
	if err != nil {
		return err
	}
	exit, err := client.Wait(ctx)
	if err != nil || !exit.OK() {
		return err
	}
	_, err = server.Wait(ctx)
	return err
}

// awaitGoodbye waits until the client's FIN is acknowledged: kernels go on
// talking when their programs have ended, and acts should not mix. A wire that
// loses frames may keep them at it for minutes.
func awaitGoodbye(ctx context.Context, s *demo.Stage) {
	if s.Lab.Isolation() != lab.TwoHosts {
		return
	}
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

var errNoWire = errors.New("there are no frames to count, since the demo ran on the loopback, where there is no wire to look at")

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
		return nil, trace.Packet{}, errNoWire
	}
	return nil, trace.Packet{}, errors.New("none of the frames carries a request")
}

// headerBytes counts the bytes of the request's frame that are headers.
func headerBytes(run []trace.Event) (string, error) {
	f, p, err := request(run)
	if err != nil {
		return "", err
	}
	return strconv.Itoa(f.Length - p.Length), nil
}

// httpFrames counts the frames that carry a byte of HTTP. One that is sent
// again counts once.
func httpFrames(run []trace.Event) (string, error) {
	if _, _, err := request(run); err != nil {
		return "", err
	}
	var d trace.Decoder
	n := 0
	for _, e := range run {
		p, ok := d.Decode(e)
		if ok && p.Protocol == "TCP" && p.Length > 0 && !p.Retransmission && e.Frame.Fate != trace.Duplicated {
			n++
		}
	}
	return strconv.Itoa(n), nil
}
