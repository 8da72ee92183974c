package tcpchat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

const (
	port      = 8899
	otherPort = 8900 // for the tutorial's server, which can't have port
)

// What is said, as far as the predictions ask about it.
const (
	taibai = "太白\n"
	unread = "anyone there?\n" // by Du, whom nobody hears yet
	cut    = 2                 // bytes of taibai that leave first: 太 has three
)

// A scene is the demo while it plays.
type scene struct {
	*demo.Stage
	ctx     context.Context
	address string // of the server that was started last
	reach   string // where callers call it
}

func play(ctx context.Context, stage *demo.Stage) error {
	s := &scene{Stage: stage, ctx: ctx}
	s.Act("two talk in turn")
	server, err := s.serve("server", port)
	if err != nil {
		return err
	}
	li, err := s.call("li", "client")
	if err != nil {
		return err
	}
	from, to := li, server
	for _, line := range []string{"hello\n", "who is it?\n", taibai, "quite a poet\n"} {
		if err := s.say(from, line, to, line); err != nil {
			return err
		}
		from, to = to, from
	}
	s.Act("a second caller waits")
	if err := s.wait(server, li); err != nil {
		return err
	}
	s.Act("the tutorial's server")
	server.Kill()
	return s.copied()
}

// letThemTalk starts the server and one caller after another, and leaves the
// talking to who types. It is over when the server is.
func letThemTalk(ctx context.Context, stage *demo.Stage) error {
	s := &scene{Stage: stage, ctx: ctx}
	server, err := s.serve("server", port)
	if err != nil {
		return err
	}
	for {
		client, err := s.call("client", "client")
		if err != nil {
			return err
		}
		select {
		case <-client.Done():
		case <-server.Done():
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// serve starts a server and returns when it listens. Its error is errNoPort if
// it ends before it does.
func (s *scene) serve(program string, port uint16) (*lab.Process, error) {
	var err1, err2 error
	s.address, err1 = s.Address(trace.Server, port)
	s.reach, err2 = s.Reach(trace.Server, port)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	p, err := s.StartServer(s.ctx, program, program, s.address)
	if err != nil || bytes.IndexByte(p.Stdout().Bytes(), '\n') >= 0 {
		return p, err
	}
	if err := demo.Succeeded(s.ctx, p); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPort, err)
	}
	return nil, errNoPort
}

var errNoPort = errors.New("it doesn't listen")

// call starts a caller.
func (s *scene) call(name, program string) (*lab.Process, error) {
	return s.StartAs(s.ctx, trace.Client, name, program, s.reach)
}

// say types text to one program and waits until the other has printed heard.
func (s *scene) say(from *lab.Process, text string, to *lab.Process, heard string) error {
	before := bytes.Count(to.Stdout().Bytes(), []byte(heard))
	if err := from.Input([]byte(text)); err != nil {
		return err
	}
	// Windows' Python ends its lines with "\r\n".
	if to.Stdout().Until(s.ctx, func(b []byte) bool {
		return bytes.Count(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte(heard)) > before
	}) {
		return nil
	}
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return fmt.Errorf("the %s ended and did not print %q: %s", to.Name, heard, bytes.TrimSpace(to.Stderr().Bytes()))
}

// wait has Du call while Li is talking, and wait for Li's end.
func (s *scene) wait(server, li *lab.Process) error {
	du, err := s.call("du", "client")
	if err != nil {
		return err
	}
	if err := du.Input([]byte(unread)); err != nil {
		return err
	}
	if err := s.unheard(); err != nil {
		return err
	}
	if err := s.say(li, quit, server, unread); err != nil {
		return err
	}
	if _, err := li.Wait(s.ctx); err != nil {
		return err
	}
	if err := server.Input([]byte(quit)); err != nil {
		return err
	}
	if _, err := du.Wait(s.ctx); err != nil {
		return err
	}
	return s.Settle(s.ctx, s.address)
}

// copied has the tutorial's server want the port of the last conversation,
// take another, hear q without an end, and read half a character.
func (s *scene) copied() error {
	server, err := s.serve("tutorial", port)
	if errors.Is(err, errNoPort) {
		server, err = s.serve("tutorial", otherPort)
	}
	if err != nil {
		return err
	}
	li, err := s.call("li", "netcat")
	if err != nil {
		return err
	}
	if err := s.say(li, "hello\n", server, "hello"); err != nil {
		return err
	}
	if err := s.say(server, quit, li, "server: q\n"); err != nil {
		return err
	}
	if err := s.halves(li, server); err != nil {
		return err
	}
	if err := li.CloseInput(); err != nil {
		return err
	}
	if _, err := li.Wait(s.ctx); err != nil {
		return err
	}
	if err := s.hungUp(); err != nil {
		return err
	}
	server.Kill()
	return s.Settle(s.ctx, s.address)
}

// halves has Li's line cut in the middle of a character. A server that decodes
// what it reads is gone after the first half.
func (s *scene) halves(li, server *lab.Process) error {
	before := server.Stdout().Total()
	if err := li.Input([]byte(taibai[:cut])); err != nil {
		return err
	}
	printed := server.Stdout().Until(s.ctx, func(b []byte) bool { return int64(len(b)) > before })
	if !printed {
		return context.Cause(s.ctx) // nil if the server has ended
	}
	if err := s.say(server, "what?\n", li, "what?\n"); err != nil {
		return err
	}
	before = server.Stdout().Total()
	if err := li.Input([]byte(taibai[cut:])); err != nil {
		return err
	}
	server.Stdout().Until(s.ctx, func(b []byte) bool { return int64(len(b)) > before })
	return context.Cause(s.ctx)
}

// unheard waits until what Du has said lies with the server's kernel, and says
// what that kernel has in its tables.
func (s *scene) unheard() error {
	return s.until(s.Lab.Server(), func(sockets []trace.Socket) bool {
		waiting, bytes := 0, 0
		for _, k := range sockets {
			switch {
			case k.Network != "tcp" || k.Local.String() != s.address:
			case k.State == "LISTEN":
				waiting = int(k.RecvQ)
			default:
				bytes += int(k.RecvQ)
			}
		}
		if waiting != 1 || bytes != len(unread) {
			return false
		}
		s.Say(trace.Server, fmt.Sprintf("sees in the kernel's table: LISTEN, %d to accept, %d bytes unread", waiting, bytes))
		return true
	})
}

// hungUp waits until the end of what the caller has sent is with the server's
// kernel, which otherwise ends the connection before it or after.
func (s *scene) hungUp() error {
	return s.until(s.Lab.Server(), func(sockets []trace.Socket) bool {
		return !slices.ContainsFunc(sockets, func(k trace.Socket) bool {
			return k.Network == "tcp" && k.Local.String() == s.address && k.State == "ESTABLISHED"
		})
	})
}

// until waits until a host's sockets are as wanted. Its kernel tells nobody, so
// its table is read again and again; the loopback's is left alone.
func (s *scene) until(h *lab.Host, wanted func([]trace.Socket) bool) error {
	if s.Lab.Isolation() != lab.TwoHosts {
		return nil
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		sockets, err := h.Sockets()
		if err != nil || wanted(sockets) {
			return err
		}
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return context.Cause(s.ctx)
		}
	}
}
