//go:build amd64 || arm64

package lab

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// toldOf has the client's host run a program in C, Go or Python to its end, and
// returns what is told about its calls.
func toldOf(t *testing.T, lang, code string, all bool) []trace.Call {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "main."+map[string]string{"c": "c", "go": "go", "python": "py"}[lang])
	require.NoError(t, os.WriteFile(file, []byte(code), 0o600))
	c := Command{Name: "program", Path: filepath.Join(dir, "main")}
	var build *exec.Cmd
	switch lang {
	case "c":
		build = exec.Command(needs(t, "gcc"), "-o", c.Path, file)
	case "go":
		build = exec.Command(needs(t, "go"), "build", "-o", c.Path, file)
	case "python":
		c.Path, c.Args = python(t), []string{file}
	}
	if build != nil {
		out, err := build.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: trace.New(), Calls: &Calls{All: all}})
	p, err := l.Client().Start(within(t), c)
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	end, err := p.Wait(within(t))
	require.NoError(t, err)
	require.True(t, end.OK(), "%v %s", end, p.Stderr())
	if err := l.CallsMissing(); err != nil {
		t.Skipf("this machine does not show programs' calls: %v", err)
	}
	var told []trace.Call
	open := map[int]bool{}
	last := 0
	for _, e := range l.Timeline().Events() {
		if e.Call == nil {
			continue
		}
		told = append(told, *e.Call)
		n := e.Call.Number
		if e.Call.Return == nil {
			assert.Equal(t, last+1, n, "one number for each call: %s", e.Call)
			last, open[n] = n, true
		} else {
			assert.True(t, open[n], "an entry before its return: %s", e.Call)
			delete(open, n)
		}
	}
	return told
}

// drawn are the calls as they are drawn.
func drawn(calls []trace.Call) []string {
	var out []string
	for _, c := range calls {
		out = append(out, c.String())
	}
	return out
}

// returned is the first call of that name whose end is told, and how it ended.
func returned(t *testing.T, calls []trace.Call, name string) trace.Call {
	t.Helper()
	for _, c := range calls {
		if c.Name == name && c.Return != nil {
			return c
		}
	}
	require.Fail(t, "no "+name+" returns", "%q", drawn(calls))
	return trace.Call{}
}

// What a call only takes in may be gone when its outcome is known.
func TestArgumentsAreThoseOfTheEntry(t *testing.T) {
	told := toldOf(t, "c", `#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

int main(void) {
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = inet_addr("10.0.0.2")};
	int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), error = 0;
	socklen_t length = sizeof error;
	connect(s, (struct sockaddr *)&a, sizeof a);
	memset(&a, 'x', sizeof a);
	poll(&(struct pollfd){s, POLLOUT, 0}, 1, -1);
	return getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length);
}
`, false)
	assert.Equal(t, []string{"connect(3, 10.0.0.2:9)", "connect(3, 10.0.0.2:9) = -1 ECONNREFUSED"}, drawn(told[2:]))
}

// A call on a descriptor that is no socket, or no more, is told about with its
// error; those on files are not.
func TestCallsOnWhatIsNoSocketFail(t *testing.T) {
	told := toldOf(t, "python", `
import ctypes, os, socket
libc = ctypes.CDLL(None)
s = socket.socket()
fd = s.fileno()
s.close()
def fails(call, *args):
    try: call(*args)
    except OSError: return
    raise SystemExit("it worked")
fails(s.send, b"x")
fails(os.close, fd)
fails(os.read, fd, 5)
assert libc.recv(fd, None, 0, 0) == -1
file = os.open("/dev/null", os.O_RDWR)
assert file == fd
os.write(file, b"to a file"); os.read(file, 5)
assert libc.listen(file, 1) == -1
os.close(file)
fails(os.close, file)
fails(os.close, 77)
again = socket.socket()
assert libc.dup2(again.fileno(), 77) == 77
libc.send(77, b"y", 1, 0x4000)
again.close()
`, false)
	var got []string
	for i := 0; i+1 < len(told); i += 2 {
		assert.Equal(t, told[i].Number, told[i+1].Number, "entry and return together")
		got = append(got, told[i+1].String())
	}
	assert.Equal(t, []string{"socket(AF_INET, SOCK_STREAM, 0) = 3", "close(3) = 0", `send(-1, "x", 1) = -1 EBADF`, "close(3) = -1 EBADF",
		"read(3, 5) = -1 EBADF", "recv(3, 0) = -1 EBADF", "listen(3, 1) = -1 ENOTSOCK",
		"socket(AF_INET, SOCK_STREAM, 0) = 3", `send(77, "y", 1) = -1 EPIPE`, "close(3) = 0"}, got)
}

// givesUp is a Go program that has a UDP socket and a listener, and can give up
// reading from the one, and wait until a goroutine waits at the other.
const givesUp = `package main

import (
	"bytes"
	"net"
	"os"
	"runtime"
	"time"
)

func main() {
	c, err := net.Dial("udp", "10.0.0.2:9")
	if err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", "10.0.0.1:0")
	if err != nil {
		panic(err)
	}
	accepted := make(chan error)
	accept := func() {
		go func() {
			_, err := l.Accept()
			accepted <- err
		}()
		stacks := make([]byte, 1<<16)
		for !bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("[IO wait")) {
		}
	}
	read := func() {
		c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		if _, err := c.Read(make([]byte, 10)); !os.IsTimeout(err) {
			panic(err)
		}
	}
	_, _ = accept, read
`

// What a goroutine has given up waiting in has ended when the goroutine does
// something else.
func TestAGoroutineThatGivesUpReturnsBeforeItGoesOn(t *testing.T) {
	for name, tt := range map[string]struct {
		code string
		want []string
	}{
		"and calls": {`read(); l.Close(); read(); c.Close()`,
			[]string{"read(…)", "read(…) = -1 EAGAIN", "close(…)", "close(…) = 0", "read(…)", "read(…) = -1 EAGAIN", "close(…)", "close(…) = 0"}},
		"and calls the same": {`read(); read(); os.Stdout.WriteString("no answer")`,
			[]string{"read(…)", "read(…) = -1 EAGAIN", "read(…)", "read(…) = -1 EAGAIN"}},
		"and ends": {`read(); os.Exit(0)`,
			[]string{"read(…)", "read(…) = -1 EAGAIN"}},
		"for what another closes": {`accept(); l.Close(); <-accepted`,
			[]string{"accept(…)", "accept(…) = -1 EAGAIN", "close(…)", "close(…) = 0"}},
		"while another waits": {`accept(); read()`,
			[]string{"accept(…)", "read(…)", "read(…) = -1 EAGAIN"}},
	} {
		t.Run(name, func(t *testing.T) {
			told := toldOf(t, "go", givesUp+"\t"+tt.code+"\n}\n", false)
			first := 0
			for first < len(told)-1 && told[first].Name != "read" && told[first].Name != "accept" {
				first++
			}
			got := drawn(told[first:])
			if assert.Len(t, got, len(tt.want), "%q", got) {
				assertInOrder(t, tt.want, got)
			}
			for _, c := range told {
				if c.Name == "read" && c.Return != nil { // its deadline was set before
					assert.GreaterOrEqual(t, c.Return.Waited, 100*time.Millisecond)
				}
			}
		})
	}
}

// What the kernel has waited for in vain is the call's result.
func TestASocketsTimeoutIsTheCallsResult(t *testing.T) {
	told := toldOf(t, "python", `
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 50000))
for _ in range(2):
    try: s.recv(10)
    except BlockingIOError: pass
try: s.recv(10, socket.MSG_DONTWAIT)
except BlockingIOError: print("nothing there", flush=True)
s.bind(("10.0.0.1", 0))
s.sendto(b"x", s.getsockname())
s.recv(10)
`, false)
	var waited []time.Duration
	var got []string
	for _, c := range told {
		if c.Name == "recv" && c.Return != nil {
			got = append(got, c.String())
			waited = append(waited, c.Return.Waited)
		}
	}
	assert.Equal(t, []string{"recv(3, 10) = -1 EAGAIN", "recv(3, 10) = -1 EAGAIN", "recv(3, 10, MSG_DONTWAIT) = -1 EAGAIN", `recv(3, "x", 10) = 1`}, got)
	if assert.Len(t, waited, 4) {
		assert.GreaterOrEqual(t, waited[0], 49*time.Millisecond)
		assert.GreaterOrEqual(t, waited[1], 49*time.Millisecond)
	}
}

// A non-blocking retry is one call, of an event loop as of a loop by hand.
func TestWhatIsTriedAgainIsOneCall(t *testing.T) {
	for name, code := range map[string]string{
		"by hand": `
try: s.recv(10)
except BlockingIOError: pass
child()
while True:
    try: s.recv(10); break
    except BlockingIOError: pass
`,
		"event loop": `
import asyncio
async def main():
    loop = asyncio.get_running_loop()
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    received = asyncio.ensure_future(loop.sock_recv(s, 10))
    await asyncio.sleep(0)
    other.sendto(b"x", ("10.0.0.1", 9))
    child()
    await received
asyncio.run(main())
`,
	} {
		told := toldOf(t, "python", `
import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.0.0.1", 9000))
s.setblocking(False)
def child():
    if os.fork() == 0:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("10.0.0.1", 9000))
        os._exit(0)
`+code, false)
		var got []string
		for _, c := range told {
			if c.Name == "recv" {
				got = append(got, c.String())
			}
		}
		assert.Equal(t, []string{"recv(3)", `recv(3, "hello", 10) = 5`}, got, name)
	}
}

// A coroutine that reads again after it has given up, and done something else
// meanwhile, makes another call.
func TestACoroutineThatGivesUpMakesAnotherCall(t *testing.T) {
	told := toldOf(t, "python", `
import asyncio, socket
silent, s = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
silent.bind(("10.0.0.1", 0))
s.connect(silent.getsockname())
s.setblocking(False)
async def main():
    loop = asyncio.get_running_loop()
    for _ in range(2):
        s.send(b"x")
        try: await asyncio.wait_for(loop.sock_recv(s, 10), 0.05)
        except asyncio.TimeoutError: pass
asyncio.run(main())
s.close()
`, false)
	var got []string
	for _, c := range told {
		if c.Name == "recv" {
			got = append(got, c.String())
		}
	}
	assert.Equal(t, []string{"recv(4)", "recv(4, 10) = -1 EAGAIN", "recv(4)", "recv(4, 10) = -1 EAGAIN"}, got)
}

// A connect that is given up ends when its socket is closed.
func TestAConnectThatIsGivenUpEnds(t *testing.T) {
	told := toldOf(t, "python", `
import socket
s = socket.socket()
s.settimeout(0.05)
try: s.connect(("10.0.0.77", 80))
except socket.timeout: pass
s.close()
`, false)
	assert.Equal(t, []string{"connect(3, 10.0.0.77:80)", "connect(3, 10.0.0.77:80) = -1 EINPROGRESS", "close(3)", "close(3) = 0"}, drawn(told[2:]))
	assert.GreaterOrEqual(t, returned(t, told, "connect").Return.Waited, 49*time.Millisecond)
}

func TestOptionsAreToldWithTheirValues(t *testing.T) {
	told := toldOf(t, "python", `
import socket, struct
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 100000))
s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 2, 0))
s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, b"\2")
u.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.1.2.3") + socket.inet_aton("10.0.0.1"))
`, true)
	assertInOrder(t, []string{"setsockopt(3, SOL_SOCKET, SO_LINGER, {on, 5 s}) = 0", "setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, 100 ms) = 0",
		"setsockopt(3, SOL_SOCKET, SO_SNDTIMEO, 2 s) = 0", "getsockopt(3, SOL_SOCKET, SO_LINGER, {on, 5 s}) = 0",
		"getsockopt(3, SOL_SOCKET, SO_TYPE, 1) = 0", "setsockopt(4, IPPROTO_IP, IP_MULTICAST_TTL, 2) = 0",
		"setsockopt(4, IPPROTO_IP, IP_ADD_MEMBERSHIP, {239.1.2.3, 10.0.0.1}) = 0"}, drawn(told))
}

func TestPollersAreToldWithWhatTheyWaitFor(t *testing.T) {
	told := toldOf(t, "python", `
import os, select, socket
a, b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
p = select.poll()
p.register(a); p.register(b)
p.poll(1500)
p.poll()
with select.epoll() as e:
    e.poll(0.002)
    e.poll(0)
select.select([a, b], [], [], 0.004)
os.dup2(3, 9)
`, true)
	assertInOrder(t, []string{"poll([3, 4], 1500) = 2", "poll([3, 4], -1) = 2", "epoll_wait(5, 2) = 0", "epoll_wait(5, 0) = 0",
		"select(5, [3, 4], NULL, NULL, 4 ms) = 0", "dup…(3, 9…) = 9"}, drawn(told))
}
