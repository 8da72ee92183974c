package step_test

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/trace"
)

const answering = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.0.0.2", 9090))
n = 0
while True:
    _, peer = s.recvfrom(100)
    n += 1
    s.sendto(b"answer %d" % n, peer)
`

const asking = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("10.0.0.2", 9090))
s.settimeout(1)
for _ in range(3):
    s.send(b"time?")
    try:
        print(s.recv(100).decode(), flush=True)
        break
    except TimeoutError:
        print("no answer", flush=True)
`

// udpRun runs the two programs under a plan until the client has ended, and
// returns what it printed and what became of the datagrams.
func udpRun(t *testing.T, client string, plan lab.Plan, control *step.Control, steps func(*lab.Lab)) (said string, became map[string][]string) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed: there are no programs to hold")
	}
	cfg := lab.Config{Isolation: lab.TwoHosts, Timeline: trace.New(), Plan: plan}
	if control != nil {
		// A client whose call is held could not give up waiting.
		cfg.Calls = &lab.Calls{Hold: func(ctx context.Context, e trace.Event) {
			if e.Host == trace.Server || e.Call.Return != nil && len(e.Call.Data) > 0 {
				control.Hold(ctx, e)
			}
		}}
	}
	l, err := lab.Open(t.Context(), cfg)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { l.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	server, err := l.Server().Start(ctx, lab.Command{Name: "server", Path: python, Args: []string{"-c", answering}})
	require.NoError(t, err)
	require.NoError(t, l.Server().WaitListening(ctx, "udp", "10.0.0.2:9090", server))
	if control != nil {
		control.Pause()
	}
	asks, err := l.Client().Start(ctx, lab.Command{Name: "client", Path: python, Args: []string{"-c", client}})
	require.NoError(t, err)
	if steps != nil {
		steps(l)
	}
	_, err = asks.Wait(ctx)
	require.NoError(t, err)
	became = make(map[string][]string)
	var d trace.Decoder
	for _, e := range l.Timeline().Events() {
		if p, ok := d.Decode(e); ok && p.Protocol == "UDP" {
			what := string(e.Host) + " " + string(bytes.TrimSpace(p.Payload))
			became[what] = append(became[what], string(e.Frame.Fate))
		}
	}
	return trace.Printed(l.Timeline().Events(), "client"), became
}

// A heldUp is what a run of the test stops at, and how it gets there.
type heldUp struct {
	until step.Until
	is    func(step.Held) bool
}

func datagram(h step.Held, from trace.Host) bool {
	return h.Event.Frame != nil && h.Event.Host == from && say(h) == "UDP"
}

// dropSecond steps through a run, waits for the client to give up waiting where
// that is wanted, drops the second question and lets the run go on.
func dropSecond(t *testing.T, control *step.Control, up heldUp) func(*lab.Lab) {
	return func(l *lab.Lab) {
		r := &run{t: t, control: control}
		for asked, held := 0, false; ; control.Go(up.until) {
			h := r.next()
			if !held && up.is(h) {
				held = true
				noAnswer(t, l)
			}
			if datagram(h, trace.Client) {
				if asked++; asked == 2 {
					break
				}
			}
		}
		require.True(t, control.Do(lab.Fault{Drop: true}))
		control.Go(step.End)
	}
}

// noAnswer waits until the client has given up waiting.
func noAnswer(t *testing.T, l *lab.Lab) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for e := range l.Timeline().Follow(ctx) {
		if e.Output != nil && e.Output.Program == "client" {
			return
		}
	}
	t.Fatal("the client waits on")
}

// Whatever is held up so long that the client asks again, what is done to the
// second question by hand is done in the replay, too.
func TestARepetitionThatComesOfHoldingIsReplayed(t *testing.T) {
	for name, up := range map[string]heldUp{
		"the question": {step.NextFrame, func(h step.Held) bool { return datagram(h, trace.Client) }},
		"the answer":   {step.NextFrame, func(h step.Held) bool { return datagram(h, trace.Server) }},
		"the server":   {step.Next, func(h step.Held) bool { return h.Event.Call != nil && h.Event.Call.Name == "sendto" }},
	} {
		t.Run(name, func(t *testing.T) {
			control := step.New(false)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			said, became := udpRun(t, asking, control.Plan(ctx, nil), control, dropSecond(t, control, up))
			require.Equal(t, "no answer\nanswer 1\n", said)
			assert.Equal(t, []string{"delivered", "dropped"}, became["client time?"])
			script := control.Script()
			require.Len(t, script, 2)
			assert.Equal(t, lab.Deed{Frame: lab.FrameName{From: trace.Client, What: "UDP 1", N: 1}, Until: 2}, script[0])
			player := script.Player()
			again, becameAgain := udpRun(t, asking, player.Plan(nil), nil, nil)
			assert.Equal(t, said, again)
			assert.Equal(t, became, becameAgain)
			assert.Empty(t, player.Unmet())
		})
	}
}

// A client that got its answer asks the same anew for a reason of its own.
func TestAQuestionAskedAnewIsNoRepetition(t *testing.T) {
	control := step.New(false)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	never := heldUp{step.NextFrame, func(step.Held) bool { return false }}
	said, _ := udpRun(t, strings.NewReplacer("break", "pass", "(1)", "(4)").Replace(asking), control.Plan(ctx, nil), control, dropSecond(t, control, never))
	assert.Equal(t, "answer 1\nno answer\nanswer 2\n", said)
	assert.Equal(t, lab.Script{{Frame: lab.FrameName{From: trace.Client, What: "UDP 1", N: 2}, Fault: lab.Fault{Drop: true}}}, control.Script())
}
