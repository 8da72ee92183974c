package check

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
)

func TestPatienceGrowsWithWhatProgramsTakeToStart(t *testing.T) {
	requirePython(t)
	for _, isolation := range []lab.Isolation{lab.TwoHosts, lab.Loopback} {
		t.Run(string(isolation), func(t *testing.T) {
			if isolation == lab.TwoHosts {
				requireTwoHosts(t)
			}
			dir := t.TempDir()
			write(t, dir, "server.py", "import time; time.sleep(0.3)\n"+serverHead+"s.accept()")
			var before, after time.Duration
			r := runSuite(t, dir, Options{Isolation: isolation}, step("late", func(t *T) {
				before = t.Patience(time.Millisecond)
				t.StartServer("server", "tcp")
				after = t.Patience(time.Millisecond)
				assert.Equal(t, time.Hour, t.Patience(time.Hour))
			}))
			require.Equal(t, Passed, r.Verdict, "%+v", r.Steps[0].Cause)
			assert.Equal(t, time.Millisecond, before)
			assert.GreaterOrEqual(t, after, 1200*time.Millisecond)
		})
	}
}

// stall makes the wire stand still for longer than a program has to be seen
// stuck, as a busy machine may, when the first frame with text comes.
func stall(text string) lab.Plan {
	stalled := false
	return func(f lab.WireFrame) lab.Fault {
		if !stalled && bytes.Contains(f.Bytes, []byte(text)) {
			stalled = true
			<-time.After(2 * stuckSamples * stuckPause)
		}
		return lab.Fault{}
	}
}

func TestWhatIsOnItsWayIsWaitedFor(t *testing.T) {
	requirePython(t)
	requireTwoHosts(t)
	dir := t.TempDir()
	write(t, dir, "server.py", "import socket, sys\nhost, port = sys.argv[1].split(':')\n"+
		"s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((host, int(port)))\n"+
		"while True:\n    data, asker = s.recvfrom(100); s.sendto(b'pong', asker)\n")
	write(t, dir, "client.py", "import socket, sys\nhost, port = sys.argv[1].split(':')\n"+
		"socket.create_connection((host, int(port))).sendall(b'and goodbye')\n")
	suite := Suite{Exercise: "stalls", Roles: []string{"server", "client"}, Steps: []Step{
		{Name: "answers", Role: "server", Points: 1, Run: func(t *T) {
			c := t.StartServer("server", "udp").Dial()
			t.Lab().SetPlan(stall("pong"))
			c.Send("ping")
			assert.Equal(t, "pong", c.ReadDatagram("pong"))
		}},
		{Name: "ends", Role: "client", Points: 1, Run: func(t *T) {
			l := t.Listen()
			t.Lab().SetPlan(stall("goodbye"))
			p := t.Start("client", l.Address)
			c := l.Accept(p)
			c.ExpectAll("and goodbye")
			p.ExpectExit()
		}},
	}}
	r, err := Run(t.Context(), suite, dir, Options{Isolation: lab.TwoHosts})
	require.NoError(t, err)
	for _, s := range r.Steps {
		assert.Equal(t, Passed, s.Verdict, "%s: %+v", s.Name, s.Cause)
	}
}
