package lab

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

func TestChangesTellNewDifferentAndGone(t *testing.T) {
	addr := netip.MustParseAddrPort
	listener := trace.Socket{Network: "tcp", State: "LISTEN", Local: addr("10.0.0.2:9"), Inode: 1}
	conn := trace.Socket{Network: "tcp", State: "ESTABLISHED", Local: addr("10.0.0.2:9"), Remote: addr("10.0.0.1:40000"), Inode: 2}
	orphan := conn
	orphan.State, orphan.Inode = "TIME-WAIT", 0
	silent := trace.Socket{Network: "unix", Inode: 7}

	assert.Empty(t, changes([]trace.Socket{listener, silent}, []trace.Socket{listener}))
	assert.Equal(t, []trace.Socket{conn}, changes([]trace.Socket{listener}, []trace.Socket{listener, conn, silent}))

	out := changes([]trace.Socket{listener, conn}, []trace.Socket{listener, orphan})
	require.Len(t, out, 1, "a socket that no program has any more is the same socket")
	assert.Equal(t, "ESTABLISHED", out[0].Was)
	assert.Equal(t, "TIME-WAIT", out[0].State)

	out = changes([]trace.Socket{listener, orphan}, []trace.Socket{listener})
	require.Len(t, out, 1)
	assert.True(t, out[0].Gone)

	named := trace.Socket{Network: "unix", State: "LISTEN", Path: "echo.sock", Inode: 8}
	waiting := trace.Socket{Network: "unix", Path: "echo.sock"} // for accept: the kernel has no inode for it yet
	assert.Empty(t, changes([]trace.Socket{named}, []trace.Socket{waiting, named}))
	assert.Empty(t, changes([]trace.Socket{waiting, named}, []trace.Socket{named}))

	reader := conn
	reader.RecvQ = 6
	out = changes([]trace.Socket{conn}, []trace.Socket{reader})
	require.Len(t, out, 1)
	assert.Equal(t, out[0].State, out[0].Was, "only its queue is different")
}

// TestTheStatesOfAConnectionAreSeen wants each state, however short, and wants
// it before the segment that it makes its host send.
func TestTheStatesOfAConnectionAreSeen(t *testing.T) {
	timeline := trace.New()
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: timeline, States: true})
	server, err := l.Server().Listen(within(t), "tcp", "10.0.0.2:8898")
	require.NoError(t, err)
	l.Look()
	client, err := l.Client().Dial(within(t), "tcp", "10.0.0.2:8898")
	require.NoError(t, err)
	conn, err := server.Accept()
	require.NoError(t, err)
	l.Look()
	require.NoError(t, client.Close())
	_, err = conn.Read(make([]byte, 1))
	require.Error(t, err)
	has := func(h *Host, state string) func() bool {
		return func() bool {
			l.Look()
			socks, err := h.Sockets()
			return err == nil && slices.ContainsFunc(socks, func(s trace.Socket) bool { return s.State == state })
		}
	}
	require.Eventually(t, has(l.Client(), "FIN-WAIT-2"), patience, time.Millisecond, "the FIN is not acknowledged")
	require.NoError(t, conn.Close())
	require.NoError(t, server.Close())
	require.Eventually(t, has(l.Client(), "TIME-WAIT"), patience, time.Millisecond, "the server's FIN does not arrive")
	require.NoError(t, l.Close())

	tellers := map[string]string{"client SYN": "SYN-SENT", "server SYN ACK": "SYN-RECEIVED",
		"client FIN ACK": "FIN-WAIT-1", "server FIN ACK": "LAST-ACK"}
	seen := map[trace.Host][]string{}
	var d trace.Decoder
	for _, e := range timeline.Events() {
		if s := e.Socket; s != nil && s.State != s.Was && !s.Gone {
			seen[e.Host] = append(seen[e.Host], s.State)
		}
		if p, ok := d.Decode(e); ok {
			if state, tells := tellers[string(e.Host)+" "+p.Flags]; tells {
				assert.Contains(t, seen[e.Host], state, "before its %s", p.Flags)
			}
		}
	}
	assert.Equal(t, []string{"SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"}, seen[trace.Client])
	assert.Equal(t, []string{"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK"}, seen[trace.Server])
}
