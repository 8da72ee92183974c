package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"time"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/program"
	"github.com/learnnet/learnnet/internal/trace"
)

// A Stage is where a demo plays.
type Stage struct {
	Lab     *lab.Lab
	demo    Demo
	options Options
	acts    int    // begun so far
	folder  string // that programs run in; empty is ours
}

// Start starts the program of that name on a host and returns at once.
func (s *Stage) Start(ctx context.Context, host trace.Host, name string, args ...string) (*lab.Process, error) {
	return s.StartAs(ctx, host, name, name, args...)
}

// StartUnfollowed is Start for a program whose socket calls stay out of the
// timeline: it makes too many of them, or measures how long they take.
func (s *Stage) StartUnfollowed(ctx context.Context, host trace.Host, name string, args ...string) (*lab.Process, error) {
	return s.start(ctx, host, name, name, true, args)
}

// Folder makes an empty folder, in which the programs run that are started from
// now on. It is removed, with all in it, when the demo is over.
func (s *Stage) Folder() error {
	if s.folder != "" {
		return nil
	}
	dir, err := os.MkdirTemp("", "learnnet-"+s.options.Lesson+"-")
	s.folder = dir
	return err
}

func (s *Stage) removeFolder() error {
	if s.folder == "" {
		return nil
	}
	return os.RemoveAll(s.folder)
}

// StartAs is Start for a program that plays more than one part: the timeline
// knows this one as name.
func (s *Stage) StartAs(ctx context.Context, host trace.Host, name, role string, args ...string) (*lab.Process, error) {
	return s.start(ctx, host, name, role, false, args)
}

func (s *Stage) start(ctx context.Context, host trace.Host, name, role string, unfollowed bool, args []string) (*lab.Process, error) {
	i := slices.IndexFunc(s.demo.Programs, func(p Program) bool { return p.Name == role })
	if i < 0 {
		return nil, fmt.Errorf("the demo has no program %q", role)
	}
	c, err := s.command(ctx, s.demo.Programs[i], args)
	if err != nil {
		return nil, err
	}
	c.Name, c.Dir, c.Unfollowed = name, s.folder, unfollowed
	return s.options.started(s.Lab.Host(host).Start(ctx, c))
}

func (s *Stage) command(ctx context.Context, p Program, args []string) (lab.Command, error) {
	lang := s.options.Language
	if text := p.Text[lang]; text != "" {
		python, err := program.PythonPath(ctx)
		return lab.Command{Path: python, Args: append([]string{"-c", text}, args...),
			Env: slices.Concat(program.Environment(), s.options.Env)}, err
	}
	self, err := os.Executable()
	if err != nil {
		return lab.Command{}, fmt.Errorf("find our own executable: %w", err)
	}
	role := s.options.Lesson + " " + p.Name + " " + lang
	// Multipath TCP is more than the lessons tell of: Go's listeners use it
	// where they can, and their socket calls then say so.
	env := slices.Concat(os.Environ(), []string{roleEnv + "=" + role, "GODEBUG=multipathtcp=0"}, s.options.Env)
	return lab.Command{Path: self, Args: args, Env: env}, nil
}

// StartServer starts the program role on the server's host under a name, and
// returns when it has printed its first line, which says that it is ready, or
// has ended without one.
func (s *Stage) StartServer(ctx context.Context, name, role string, args ...string) (*lab.Process, error) {
	p, err := s.StartAs(ctx, trace.Server, name, role, args...)
	if err != nil {
		return nil, err
	}
	if !p.Stdout().Until(ctx, func(b []byte) bool { return bytes.IndexByte(b, '\n') >= 0 }) {
		_, err = p.Wait(ctx)
	}
	return p, err
}

// Succeeded waits for p to end, and returns an error unless it did so with
// status 0.
func Succeeded(ctx context.Context, p *lab.Process) error {
	exit, err := p.Wait(ctx)
	if err != nil {
		return fmt.Errorf("wait for the %s: %w", p.Name, err)
	}
	if !exit.OK() {
		return fmt.Errorf("the %s ended with status %d: %s", p.Name, exit.Status, bytes.TrimSpace(p.Stderr().Bytes()))
	}
	return nil
}

// SetPlan changes what the wire does with the frames to come, as
// [lab.Lab.SetPlan] does, but leaves those who watch their say.
func (s *Stage) SetPlan(p lab.Plan) { s.Lab.SetPlan(s.options.over(p)) }

// Say puts a line of the demo's own into the timeline: "sends the same again".
func (s *Stage) Say(host trace.Host, text string) {
	s.Lab.Timeline().Add(trace.Event{Kind: trace.KindAction, Host: host,
		Action: &trace.Action{Actor: "demo", Text: text}})
}

// Act begins the next act, for demos that have several.
func (s *Stage) Act(title string) {
	s.acts++
	s.Lab.Timeline().Add(trace.Event{Kind: trace.KindAct, Act: &trace.Act{Number: s.acts, Title: title}})
}

// Address returns where a program on host is to use port.
func (s *Stage) Address(host trace.Host, port uint16) (string, error) {
	a, err := s.Lab.Host(host).Addr(port)
	return a.String(), err
}

// Reach returns where programs on the other host reach the one that uses port
// on host, as [lab.Host.Reach] does. A port that is to refuse them is at its
// Address: a relay can't refuse.
func (s *Stage) Reach(host trace.Host, port uint16) (string, error) {
	a, err := s.Lab.Host(host).Reach(port)
	return a.String(), err
}

// ReachAddr is Reach for a program that uses another address of host, as
// [lab.Host.ReachAddr] is.
func (s *Stage) ReachAddr(host trace.Host, addr netip.AddrPort) (string, error) {
	a, err := s.Lab.Host(host).ReachAddr(addr)
	return a.String(), err
}

// farewellCap is how long kernels may take over the end of a connection. A wire
// that loses frames may keep them at it for minutes; the story is told before.
const farewellCap = 2 * time.Second

// Settle waits until the connections of the address are over for both kernels,
// which go on talking when their programs have ended, so that all of it comes
// before what the script does next. The kernels tell nobody, so their tables of
// sockets are read again and again; on the loopback a relay tells.
func (s *Stage) Settle(ctx context.Context, address string) error {
	if s.Lab.Isolation() != lab.TwoHosts {
		return settle(ctx, s.Lab.Client(), s.Lab.Server())
	}
	var end <-chan time.Time
	if !s.options.Patient { // who steps decides how long it takes
		end = time.After(farewellCap)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		under, err := s.underWay(address)
		if err != nil || !under {
			return err
		}
		select {
		case <-tick.C:
		case <-end:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// underWay reports whether one of the hosts has a connection of the address that
// is not over.
func (s *Stage) underWay(address string) (bool, error) {
	client, err1 := s.Lab.Client().Sockets()
	server, err2 := s.Lab.Server().Sockets()
	return slices.ContainsFunc(slices.Concat(client, server), func(k trace.Socket) bool {
		return k.Network == "tcp" && (k.Local.String() == address || k.Remote.String() == address) &&
			k.State != "LISTEN" && k.State != "TIME-WAIT"
	}), errors.Join(err1, err2)
}

// settleCap is how long what ended programs have sent may take through a relay.
const settleCap = 2 * time.Second

// settle waits for the relays to come to the end of what these hosts' programs
// have sent. That one goes on talking is no error, and what a relay can't do it
// tells itself.
func settle(ctx context.Context, hosts ...*lab.Host) error {
	within, cancel := context.WithTimeout(ctx, settleCap)
	defer cancel()
	for _, h := range hosts {
		_ = h.AwaitRelayed(within)
	}
	return ctx.Err()
}
