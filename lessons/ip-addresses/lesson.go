// Package ipaddresses is the lesson about IP addresses: what their bits mean,
// and whom a server lets in by the address it is bound to.
package ipaddresses

import (
	"context"
	"embed"
	"fmt"
	"net/netip"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml server.go client.go server.py client.py recording.jsonl
var files embed.FS

//go:embed server.py
var serverPython string

//go:embed client.py
var clientPython string

// Lesson is the lesson and its demo.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{
			demo.InBoth("server", server, serverPython),
			demo.InBoth("client", client, clientPython),
		},
		Play: play,
	},
	Predictions: course.Predictions{
		"who-gets-in":      whoGetsIn,
		"frames-to-itself": framesToItself,
	},
}

const port = 9001

// The clients by name: one lives on the client's host, one on the server's own.
const (
	outside = "client"
	local   = "local"
)

// A knock is a client that calls an address.
type knock struct {
	host trace.Host
	name string
	at   netip.Addr
}

// An act is what the server is bound to, and who calls it then.
type act struct {
	bound  netip.Addr
	knocks []knock
}

var (
	loopback4 = netip.AddrFrom4([4]byte{127, 0, 0, 1})

	fromItself   = knock{trace.Server, local, loopback4}
	fromOutside  = knock{trace.Client, outside, lab.ServerIP}
	fromOutside6 = knock{trace.Client, outside, lab.ServerIP6}

	acts = []act{
		{loopback4, []knock{fromItself, fromOutside}},
		{lab.ServerIP, []knock{fromItself, fromOutside}},
		{netip.IPv4Unspecified(), []knock{fromItself, fromOutside, fromOutside6}},
		{netip.IPv6Unspecified(), []knock{fromItself, fromOutside, fromOutside6}},
	}
)

// On the loopback all hosts are this machine, and what is bound to more than
// its loopback addresses would be open to the network it is on.
var (
	knocksAtHome = []knock{fromItself, {trace.Client, outside, netip.IPv6Loopback()}}

	actsAtHome = []act{{loopback4, knocksAtHome}, {netip.IPv6Loopback(), knocksAtHome}}
)

func play(ctx context.Context, s *demo.Stage) error {
	if s.Lab.Isolation() == lab.TwoHosts {
		return playActs(ctx, s, port, acts)
	}
	// A port that is free at 127.0.0.1.
	free, err := s.Lab.Server().Addr(port)
	if err != nil {
		return err
	}
	s.Say(trace.Server, "leaves out 10.0.0.2, 0.0.0.0 and ::, which take two hosts: here they would open a port of this machine to its network")
	return playActs(ctx, s, free.Port(), actsAtHome)
}

// playActs plays an act for each address that the server is bound to.
func playActs(ctx context.Context, s *demo.Stage, port uint16, acts []act) error {
	for _, a := range acts {
		s.Act("the server binds " + a.bound.String())
		server, err := s.StartServer(ctx, "server", "server", netip.AddrPortFrom(a.bound, port).String())
		if err != nil {
			return err
		}
		for _, k := range a.knocks {
			if err := k.call(ctx, s, a.bound, port); err != nil {
				return err
			}
		}
		server.Kill() // it would welcome visitors for ever
	}
	return nil
}

// call runs a client to its end, whether it gets in to who is bound to an
// address or not.
func (k knock) call(ctx context.Context, s *demo.Stage, bound netip.Addr, port uint16) error {
	address := netip.AddrPortFrom(k.at, port)
	reach := address.String()
	if k.host == trace.Client && k.at == bound { // else it may be refused, and a relay can't do that
		var err error
		if reach, err = s.ReachAddr(trace.Server, address); err != nil {
			return err
		}
	}
	s.Say(k.host, "calls "+reach)
	p, err := s.StartAs(ctx, k.host, k.name, "client", reach)
	if err != nil {
		return err
	}
	if _, err := p.Wait(ctx); err != nil {
		return err
	}
	return s.Settle(ctx, address.String())
}

// whoGetsIn counts the clients that got in: those that ended with status 0.
func whoGetsIn(run []trace.Event) (int, error) {
	called, in := 0, 0
	for _, e := range run {
		if !isClient(e) || e.Process.Exit == nil {
			continue
		}
		called++
		if e.Process.Exit.OK() {
			in++
		}
	}
	want := 0
	for _, a := range acts {
		want += len(a.knocks)
	}
	if called != want {
		return 0, fmt.Errorf("%d clients called in this run and not %d: all four acts take two hosts (learnnet doctor says what is missing)", called, want)
	}
	return in, nil
}

// framesToItself counts the frames of conversations with the server's port that
// crossed the wire while a program on the server's own host called it.
func framesToItself(run []trace.Event) (int, error) {
	var d trace.Decoder
	frames, seen := 0, false
	calls, calling := 0, false
	for _, e := range run {
		p, ok := d.Decode(e)
		seen = seen || ok
		switch {
		case ok && calling && (p.Source.Port() == port || p.Destination.Port() == port):
			frames++
		case isClient(e) && e.Process.Program == local:
			calling = e.Process.Exit == nil
			if calling {
				calls++
			}
		}
	}
	if !seen || calls == 0 {
		return 0, course.ErrNoWire
	}
	return frames, nil
}

// isClient reports whether e is the start or the end of one that calls the
// server.
func isClient(e trace.Event) bool {
	return e.Process != nil && (e.Process.Program == local || e.Process.Program == outside)
}
