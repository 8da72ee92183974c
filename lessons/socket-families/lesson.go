// Package socketfamilies is the lesson on address families: the same calls for
// a name in the file system, for IPv4 and for IPv6.
package socketfamilies

import (
	"context"
	"embed"
	"net/netip"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed lesson.md quiz.yaml server.go client.go recording.jsonl
var files embed.FS

// Lesson is the lesson on address families.
var Lesson = course.LessonSource{
	Files: files,
	Demo: demo.Demo{
		Programs: []demo.Program{demo.InGo("server", server), demo.InGo("client", client), demo.InGo("meter", meter)},
		Play:     play,
	},
	Predictions: course.Predictions{
		"unix-frames": unixFrames,
		"longer-syn":  longerSYN,
	},
}

const (
	port      = 9007
	meterPort = 9008
	sockFile  = "echo.sock" // in the folder that the demo makes
)

// The acts that predictions ask about, by number.
const (
	actUnix  = 1
	actInet  = 4
	actInet6 = 5
)

// A scene is the demo while it plays.
type scene struct {
	*demo.Stage
	ctx context.Context
}

func play(ctx context.Context, stage *demo.Stage) error {
	s := scene{stage, ctx}
	v4, err := s.Lab.Server().Addr(port)
	if err != nil {
		return err
	}
	if err := s.Folder(); err != nil {
		return err
	}
	s.Act("AF_UNIX: a file's name")
	if err := s.talk(trace.Server, "unix", sockFile, sockFile); err != nil {
		return err
	}
	s.Act("A name outlives its program")
	if err := s.outlive(); err != nil {
		return err
	}
	s.Act("What each costs on one host")
	if err := s.measure(); err != nil {
		return err
	}
	// Last, since hosts that have talked ask for each other again after seconds.
	s.Act("AF_INET: an IPv4 address and a port")
	if err := s.talkAcross("tcp4", v4); err != nil {
		return err
	}
	s.Act("AF_INET6: an IPv6 address and a port")
	return s.talkAcross("tcp6", s.inIPv6(v4))
}

// inIPv6 returns the same port at the server host's other address.
func (s scene) inIPv6(v4 netip.AddrPort) netip.AddrPort {
	ip := lab.ServerIP6
	if s.Lab.Isolation() != lab.TwoHosts {
		ip = netip.IPv6Loopback()
	}
	return netip.AddrPortFrom(ip, v4.Port())
}

// listen starts the server and returns when it listens, or has ended because
// it can't.
func (s scene) listen(name, network, address string) (*lab.Process, error) {
	return s.StartServer(s.ctx, name, "server", network, address)
}

// talkAcross plays a server that uses an address of its host, and a client on
// the other host, to their end.
func (s scene) talkAcross(network string, address netip.AddrPort) error {
	reach, err := s.ReachAddr(trace.Server, address)
	if err != nil {
		return err
	}
	return s.talk(trace.Client, network, address.String(), reach)
}

// talk plays a server at an address, and a client on the given host, which
// reaches it at another, to their end.
func (s scene) talk(from trace.Host, network, address, reach string) error {
	server, err := s.listen("server", network, address)
	if err != nil {
		return err
	}
	client, err := s.Start(s.ctx, from, "client", network, reach)
	if err != nil {
		return err
	}
	if err := demo.Succeeded(s.ctx, client); err != nil {
		return err
	}
	if err := demo.Succeeded(s.ctx, server); err != nil {
		return err
	}
	return s.Settle(s.ctx, address)
}

// outlive kills a server, so that it can't tidy up, and starts another one with
// the same name for its socket.
func (s scene) outlive() error {
	killed, err := s.listen("killed", "unix", sockFile)
	if err != nil {
		return err
	}
	killed.Kill()
	if _, err := killed.Wait(s.ctx); err != nil {
		return err
	}
	caller, err := s.StartAs(s.ctx, trace.Server, "caller", "client", "unix", sockFile)
	if err != nil {
		return err
	}
	if _, err := caller.Wait(s.ctx); err != nil {
		return err
	}
	_, err = s.listen("next", "unix", sockFile)
	return err
}

// measure has one program move bytes by each family within the server host: by
// AF_INET over its loopback, so that the wire stays out of it.
func (s scene) measure() error {
	address, err := s.Address(trace.Server, meterPort)
	if err != nil {
		return err
	}
	loopback := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.MustParseAddrPort(address).Port())
	p, err := s.StartUnfollowed(s.ctx, trace.Server, "meter", "unix", "meter.sock", "tcp4", loopback.String())
	if err != nil {
		return err
	}
	return demo.Succeeded(s.ctx, p)
}

// unixFrames counts the frames that cross the wire in the first act.
func unixFrames(run []trace.Event) (int, error) {
	act, frames, all := 0, 0, 0
	for _, e := range run {
		switch {
		case e.Act != nil:
			act = e.Act.Number
		case e.Frame != nil && act == actUnix:
			frames++
			all++
		case e.Frame != nil:
			all++
		}
	}
	if all == 0 {
		return 0, course.ErrNoWire
	}
	return frames, nil
}

// longerSYN says by how many bytes the SYN to an IPv6 address is longer than
// the SYN to an IPv4 address.
func longerSYN(run []trace.Event) (int, error) {
	var d trace.Decoder
	length := make(map[int]int) // of the first SYN, by act
	act := 0
	for _, e := range run {
		if e.Act != nil {
			act = e.Act.Number
		}
		p, ok := d.Decode(e)
		if ok && p.Flags == "SYN" && length[act] == 0 {
			length[act] = e.Frame.Length
		}
	}
	if length[actInet] == 0 || length[actInet6] == 0 {
		return 0, course.ErrNoWire
	}
	return length[actInet6] - length[actInet], nil
}
