//go:build amd64 || arm64

package lab

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

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
