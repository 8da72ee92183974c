package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
)

// echoServer has buffers of its own that don't grow, as its kernel's would.
const echoServer = serverHead + `
for buffer in socket.SO_SNDBUF, socket.SO_RCVBUF: s.setsockopt(socket.SOL_SOCKET, buffer, 65536)
c, _ = s.accept()
while data := c.recv(65536):
    c.sendall(data)
`

// much is more than the buffers on the way hold, limited ones on both sides.
var much = strings.Repeat("a line of text\n", 70_000)

func TestAStepCanReadWhileItSends(t *testing.T) {
	requirePython(t)
	for _, isolation := range []lab.Isolation{lab.TwoHosts, lab.Loopback} {
		t.Run(string(isolation), func(t *testing.T) {
			if isolation == lab.TwoHosts {
				requireTwoHosts(t)
			}
			dir := t.TempDir()
			write(t, dir, "server.py", echoServer)
			fitted := int64(-1)
			r := runSuite(t, dir, Options{Isolation: isolation}, step("echo", func(t *T) {
				p := t.StartServer("server", "tcp")
				c := p.Dial()
				c.LimitBuffers(16 << 10)
				s := c.SendMeanwhile(much)
				s.AwaitFull()
				fitted = s.sent.Load()
				c.Expect(much)
				s.Finish()
				c.CloseWrite()
				c.ExpectEnd()
			}))
			require.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
			assert.Positive(t, fitted)
			if isolation == lab.TwoHosts {
				assert.Less(t, fitted, int64(len(much)), "the buffers took everything, so nobody had to wait")
			}
		})
	}
}

func TestAProgramThatDoesNotReadFailsAtFinish(t *testing.T) {
	requirePython(t)
	requireTwoHosts(t)
	dir := t.TempDir()
	write(t, dir, "server.py", serverHead+"c, _ = s.accept(); c.sendall(b'pong'); s.accept()")
	r := runSuite(t, dir, Options{}, step("echo", func(t *T) {
		c := t.StartServer("server", "tcp").Dial()
		c.Expect("pong")
		c.LimitBuffers(16 << 10)
		c.SendMeanwhile(much).Finish()
	}))
	require.Equal(t, Failed, r.Verdict)
	require.Equal(t, KindTimedOut, r.Steps[0].Cause.Kind)
	assert.Contains(t, r.Steps[0].Cause.Message, "read what it was sent")
}

func TestFeedHurtsNoStepWhoseProgramDoesNotRead(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", `
import sys
if sys.argv[1] == "reads":
    sys.stdout.write(sys.stdin.read())
elif sys.argv[1] == "waits":
    print("waiting", flush=True)
    import time; time.sleep(1000)
`)
	feed := func(what string, expect func(p *Process)) Step {
		return step(what, func(t *T) {
			p := t.Start("server", what)
			p.Feed(much[:900_000]) // no more is kept of what it prints
			expect(p)
		})
	}
	r := runSuite(t, dir, Options{},
		feed("reads", func(p *Process) { p.ExpectStdout(much[:900_000]); p.ExpectExit() }),
		feed("ends", func(p *Process) { p.ExpectExit() }),
		feed("waits", func(p *Process) { p.ExpectLine("waiting") })) // and is killed
	for _, s := range r.Steps {
		assert.Equal(t, Passed, s.Verdict, "%s: %+v", s.Name, s.Cause)
	}
}

func TestAStepCanSayAllBeforeItReads(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", serverHead+`
c, _ = s.accept()
whole = b"".join(iter(lambda: c.recv(65536), b"")) # to the end of the stream
c.sendall(whole); c.close()
s.accept() # and does not read
s.accept()
`)
	r := runSuite(t, dir, Options{}, step("echo", func(t *T) {
		p := t.StartServer("server", "tcp")
		c := p.Dial()
		c.SendAllMeanwhile(much).AwaitFull()
		c.ExpectAll(much)
		p.Dial().SendAllMeanwhile(much) // is under way when the step ends
	}))
	require.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
}
