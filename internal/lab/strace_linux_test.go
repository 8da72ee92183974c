//go:build amd64 || arm64

package lab

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// straced are the calls that are compared with what strace says of them.
var straced = []string{"socket", "bind", "listen", "accept", "accept4", "connect", "sendto", "recvfrom", "shutdown", "close", "setsockopt"}

// stracedCode talks to itself over UDP, and to a child over TCP; it fails in
// some ways, and opens files in between. The child ends when the parent waits
// for nothing but that, so that no call is interrupted.
const stracedCode = `
import os, socket, struct

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
udp.sendto(b"to myself", udp.getsockname())
udp.recvfrom(100)
udp.connect(udp.getsockname())
udp.send(b"again")
udp.recv(100)

def fails(call, *args):
    try:
        call(*args)
    except OSError:
        return
    raise SystemExit("it worked")

bound = socket.socket()
bound.bind(("127.0.0.1", 0))
other = socket.socket()
fails(other.bind, bound.getsockname())
fails(other.connect, bound.getsockname())
fails(other.recv, 1)
fails(other.shutdown, socket.SHUT_RDWR)
fails(other.setsockopt, socket.IPPROTO_TCP, 9999, 1)
other.close()

open(os.devnull).close()
bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
bound.listen(5)
if os.fork() == 0:
    client = socket.create_connection(bound.getsockname())
    client.sendall(b"hello!")
    client.recv(100)
    client.recv(100)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    os._exit(0)
conn, _ = bound.accept()
conn.recv(100)
conn.sendall(b"hi")
conn.shutdown(socket.SHUT_WR)
os.wait()
fails(conn.recv, 100)
conn.close()
bound.close()
udp.close()
`

func TestCallsAreThoseThatStraceSees(t *testing.T) {
	strace := needs(t, "strace")
	file := filepath.Join(t.TempDir(), "program.py")
	require.NoError(t, os.WriteFile(file, []byte(stracedCode), 0o600))
	program := python(t)
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{All: true}}) // also those of the C library

	seen := filepath.Join(t.TempDir(), "strace")
	// -y says of every descriptor what is behind it.
	out, err := exec.CommandContext(within(t), strace, "-f", "-y", "-o", seen, "-e", "trace="+strings.Join(straced, ","), program, file).CombinedOutput()
	if err != nil && strings.Contains(string(out), "ptrace") {
		t.Skipf("strace may not follow programs here: %s", out)
	}
	require.NoError(t, err, "%s", out)
	text, err := os.ReadFile(seen)
	require.NoError(t, err)
	want := stracedCalls(t, string(text))

	followToTheEnd(t, l, Command{Name: "program", Path: program, Args: []string{file}})
	require.NoError(t, l.CallsMissing())
	got := newPerProcess()
	for _, e := range l.Timeline().Events() {
		if c := e.Call; c != nil && c.Return != nil && slices.Contains(straced, family(c.Name)) {
			fd := ""
			if c.Name != "socket" {
				fd = c.Args[0]
			}
			got.add(c.PID, strings.TrimSpace(fmt.Sprintf("%s(%s) = %d %s", c.Name, fd, c.Return.Value, c.Return.Errno)))
		}
	}

	require.Len(t, want.pids, 2, "%s", text)
	require.Len(t, got.pids, 2)
	for i, who := range []string{"parent", "child"} {
		assert.Equal(t, want.of(i), got.of(i), "calls of the %s", who)
	}
	// The comparison is worth something only if these were among them.
	all := strings.Join(slices.Concat(want.of(0), want.of(1)), "\n")
	for _, text := range []string{"EADDRINUSE", "ECONNREFUSED", "ENOTCONN", "ENOPROTOOPT", "ECONNRESET", "accept(", "sendto(", "send(", "recvfrom(", "recv("} {
		assert.Contains(t, all, text)
	}
}

// perProcess holds calls by the processes that made them. Between two
// processes there is no order to rely on.
type perProcess struct {
	pids  []int // in the order in which they made their first call
	calls map[int][]string
}

func newPerProcess() *perProcess { return &perProcess{calls: make(map[int][]string)} }

func (p *perProcess) add(pid int, call string) {
	if !slices.Contains(p.pids, pid) {
		p.pids = append(p.pids, pid)
	}
	p.calls[pid] = append(p.calls[pid], call)
}

func (p *perProcess) of(i int) []string { return p.calls[p.pids[i]] }

// family is the system call behind a name from section 2 of the manual.
func family(name string) string {
	switch name {
	case "send":
		return "sendto"
	case "recv":
		return "recvfrom"
	}
	return name
}

var (
	// straceCall is `socket(…) = 3<socket:[1]>`, `bind(3<socket:[1]>, …) = -1 EADDRINUSE (…)`.
	straceCall   = regexp.MustCompile(`^(\w+)\((?:(\d+)<([^>]*)>)?(.*)\) += (-?\d+)(?:<[^>]*>)?(?: (E\w+) .*)?$`)
	straceResume = regexp.MustCompile(`^<\.\.\. \w+ resumed>`)
	// withoutPeer ends sendto and recvfrom that don't say or ask with whom.
	withoutPeer = regexp.MustCompile(`, NULL, (0|NULL)$`)
)

// stracedCalls reads what strace -f -y wrote, and returns the calls on sockets
// as we name them.
func stracedCalls(t *testing.T, text string) *perProcess {
	t.Helper()
	calls := newPerProcess()
	begun := make(map[int]string) // calls whose return stands on a later line
	for line := range strings.Lines(text) {
		var pid int
		_, err := fmt.Sscan(line, &pid)
		require.NoError(t, err, "a line of strace: %s", line)
		_, line, _ = strings.Cut(strings.TrimSpace(line), " ")
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") {
			continue // a signal, an end
		}
		if start, ok := strings.CutSuffix(line, "<unfinished ...>"); ok {
			begun[pid] = strings.TrimRight(start, " ")
			continue
		}
		if mark := straceResume.FindString(line); mark != "" {
			line = begun[pid] + strings.TrimPrefix(line, mark)
			delete(begun, pid)
		}
		m := straceCall.FindStringSubmatch(line)
		if m == nil {
			require.NotContains(t, line, "socket:[", "a line of strace that says something else")
			continue
		}
		name, fd, file, args, result, errno := m[1], m[2], m[3], m[4], m[5], m[6]
		if name != "socket" && !strings.HasPrefix(file, "socket:[") {
			continue
		}
		switch {
		case name == "accept4":
			name = "accept"
		case name == "sendto" && withoutPeer.MatchString(args):
			name = "send"
		case name == "recvfrom" && withoutPeer.MatchString(args):
			name = "recv"
		}
		calls.add(pid, strings.TrimSpace(fmt.Sprintf("%s(%s) = %s %s", name, fd, result, errno)))
	}
	require.Empty(t, slices.Collect(maps.Keys(begun)), "calls that never returned")
	return calls
}
