// Package ports is the lesson about port numbers: the IP address finds the
// machine, the port finds the program.
package ports

import (
	"context"
	"embed"
	"errors"
	"strings"

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
			demo.InGo("tcp-server", tcpServer),
			demo.InGo("udp-server", udpServer),
			demo.InGo("tcp-client", tcpClient),
			demo.InGo("udp-client", udpClient),
		},
		Play: play,
	},
	Predictions: course.Predictions{"bound": bound, "knock": knock},
}

// The ports of the demo. On the loopback they are mapped to free ones.
const (
	sharedPort = 9001 // wanted by three programs
	otherPort  = 9002
	closedPort = 9003
)

// A scene is the demo while it plays.
type scene struct {
	*demo.Stage
	ctx context.Context
}

func play(ctx context.Context, stage *demo.Stage) error {
	s := scene{stage, ctx}
	shared, err1 := s.Address(trace.Server, sharedPort)
	other, err2 := s.Address(trace.Server, otherPort)
	closed, err3 := s.Address(trace.Server, closedPort)
	reachShared, err4 := s.Reach(trace.Server, sharedPort)
	reachOther, err5 := s.Reach(trace.Server, otherPort)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	first, err1 := s.serve("first", "tcp", shared)
	second, err2 := s.serve("second", "tcp", other)
	_, err3 = s.serve("third", "tcp", shared) // it can't have the port, and ends
	fourth, err4 := s.serve("fourth", "udp", shared)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	for _, c := range []struct {
		network, address, reach string
		server                  *lab.Process // nil where nobody listens
	}{
		{"tcp", shared, reachShared, first},
		{"tcp", other, reachOther, second},
		{"udp", shared, reachShared, fourth},
		{"tcp", closed, closed, nil},
		{"udp", closed, closed, nil},
	} {
		if err := s.call(c.network, c.address, c.reach, c.server); err != nil {
			return err
		}
	}
	return nil
}

// serve starts a server and returns when it has said that it has its port, or
// has ended because it can't have it.
func (s scene) serve(name, network, address string) (*lab.Process, error) {
	return s.StartServer(s.ctx, name, network+"-server", address, name)
}

// call runs a client to its end, and with it the server, which serves just one.
// reach is where the client reaches the address.
func (s scene) call(network, address, reach string, server *lab.Process) error {
	says := "calls " + strings.ToUpper(network) + " " + address
	if reach != address {
		says += " through the relay"
	}
	s.Say(trace.Client, says)
	client, err := s.StartAs(s.ctx, trace.Client, "client", network+"-client", reach)
	if err != nil {
		return err
	}
	if _, err := client.Wait(s.ctx); err != nil {
		return err
	}
	if server != nil {
		if _, err := server.Wait(s.ctx); err != nil {
			return err
		}
	}
	return s.Settle(s.ctx, address)
}

// bound counts the programs that got the port that three wanted: those on the
// server host that were started with the first one's address and didn't fail.
func bound(run []trace.Event) (int, error) {
	var address string
	got := make(map[string]bool)
	for _, e := range run {
		if e.Kind != trace.KindProcess || e.Host != trace.Server {
			continue
		}
		switch p := e.Process; {
		case p.Exit == nil && len(p.Args) > 0:
			if address == "" {
				address = p.Args[0]
			}
			if p.Args[0] == address {
				got[p.Program] = true
			}
		case p.Exit != nil && p.Exit.Status > 0:
			delete(got, p.Program)
		}
	}
	if address == "" {
		return 0, errors.New("no program was started on the server host in this run")
	}
	return len(got), nil
}

// knock counts the frames of the TCP call to the port that nobody has. One that
// is sent again counts once.
func knock(run []trace.Event) (int, error) {
	var d trace.Decoder
	frames := 0
	for _, e := range run {
		p, ok := d.Decode(e)
		if ok && p.Protocol == "TCP" && !p.Retransmission && (p.Source.Port() == closedPort || p.Destination.Port() == closedPort) {
			frames++
		}
	}
	if frames == 0 {
		return 0, course.ErrNoWire
	}
	return frames, nil
}
