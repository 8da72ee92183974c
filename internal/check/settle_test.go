package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
)

func TestSettleWaitsForWhatAProgramDoesWithWhatItGets(t *testing.T) {
	requireTwoHosts(t) // on the loopback the machine's other programs are in the way
	for _, tt := range []struct {
		name, rest, printed string
	}{
		{"works and prints", `
c, _ = s.accept(); c.recv(100)
end = time.monotonic() + 0.2
while time.monotonic() < end: pass
print("done"); sys.stdin.read()`, "done\n"},
		{"takes nobody", `sys.stdin.read()`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "server.py", serverHead+tt.rest)
			printed := "never looked"
			r := runSuite(t, dir, Options{Isolation: lab.TwoHosts}, step("settles", func(t *T) {
				s := t.StartServer("server", "tcp")
				c := s.Dial()
				c.Send("ping")
				c.Settle()
				printed = s.Stdout()
			}))
			require.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
			assert.Equal(t, tt.printed, printed)
		})
	}
}

// TestAListenersBacklogIsNotUnderWay has a client connect to the checker, whose
// listening socket has the same address as the connection.
func TestAListenersBacklogIsNotUnderWay(t *testing.T) {
	requirePython(t)
	requireTwoHosts(t)
	dir := t.TempDir()
	write(t, dir, "client.py", clientHead+`
c = socket.create_connection((host, int(port))); c.sendall(b"ping\n"); sys.stdin.read()`)
	r := runStep(t, dir, "client", func(s *T) {
		l := s.Listen()
		c := l.Accept(s.Start("client", l.Address))
		c.Expect("ping\n")
		assert.Eventually(t, func() bool { return !c.underWay() }, waitCap, settledPause)
	})
	require.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
}
