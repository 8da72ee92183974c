package socketfamilies

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
)

// longest is how many bytes the path of a unix socket may have and leave room
// for the NUL behind it: sun_path has 108 bytes on Linux and Windows, 104 on
// macOS (unix(7) there).
func longest() int {
	if runtime.GOOS == "darwin" {
		return 103
	}
	return 107
}

// address6 returns an IPv6 address of the server's host with a port that
// nobody has.
func address6(t *check.T) string {
	ip := lab.ServerIP6
	if t.Lab().Isolation() != lab.TwoHosts {
		ip = netip.IPv6Loopback()
	}
	var why error
	for range 10 {
		addr := netip.AddrPortFrom(ip, t.Port()).String()
		l, err := t.Lab().Server().Listen(t.Context(), "tcp", addr)
		if err == nil {
			l.Close()
			return addr
		}
		why = err
	}
	t.Break(fmt.Errorf("this machine has no IPv6 at %s: %w", ip, why))
	return ""
}

// startUnix starts a server on a path and returns when it listens there. It
// returns nil on Windows where the program's language has no AF_UNIX, and the
// program says so and ends, as the task has it.
func startUnix(t *check.T, path string) *check.Process {
	p := t.Start("server", "unix:"+path)
	p.Network, p.Address = "unix", path
	if runtime.GOOS == "windows" && !p.ListensOrEnds() {
		p.ExpectExitStatus(1)
		return nil
	}
	p.AwaitListening()
	return p
}

// echoes has a client of the server say something, hear it back, and close in
// order.
func echoes(t *check.T, server *check.Process) {
	c := server.Dial()
	text := letters(t.Rand(), 12)
	c.Send(text)
	c.Expect(text)
	c.CloseWrite()
	c.ExpectEnd()
}

// large has a client send much more than the kernels' buffers hold, and read
// it back meanwhile.
func large(t *check.T, server *check.Process) {
	b := make([]byte, 200_000)
	for i := range b {
		b[i] = byte(t.Rand().IntN(256))
	}
	c := server.Dial()
	c.SendAlong(string(b))
	c.Expect(string(b))
	c.CloseWrite()
	c.ExpectEnd()
}

// stale leaves the file of a socket on which nobody listens any more.
func stale(t *check.T, path string) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Break(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
}

// A relic is a file that must still be there, as it was, when the server has
// been and gone.
type relic struct {
	what string // "the live server's socket file"
	path string
	was  fs.FileInfo
	text []byte // of an ordinary file
}

func remember(t *check.T, what, path string) relic {
	r := relic{what: what, path: path}
	var err error
	if r.was, err = os.Lstat(path); err != nil {
		t.Break(err)
	}
	if r.was.Mode().IsRegular() {
		if r.text, err = os.ReadFile(path); err != nil {
			t.Break(err)
		}
	}
	return r
}

// expect fails the step unless the relic is there, and the same.
func (r relic) expect(t *check.T) {
	is, err := os.Lstat(r.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Fail(check.Assertion{Messages: []string{fmt.Sprintf("the server deleted %s", r.what)}})
	case err != nil:
		t.Break(err)
	// A new file may get the number of the one that was deleted.
	case !os.SameFile(r.was, is) || is.Mode() != r.was.Mode():
		t.Fail(check.Assertion{Messages: []string{fmt.Sprintf("the server replaced %s by a file of its own", r.what)}})
	}
	if r.was.Mode().IsRegular() {
		text, err := os.ReadFile(r.path)
		if err != nil {
			t.Break(err)
		}
		t.Expect(bytes.Equal(text, r.text), check.Assertion{Messages: []string{fmt.Sprintf("the server wrote into %s", r.what)}})
	}
	t.Prove()
}

// refuses starts a server that must not get its path and expects it to say so,
// with status 1, and to leave what is there alone.
func refuses(t *check.T, path string, left ...relic) {
	p := t.Start("server", "unix:"+path)
	p.Settle()
	for _, r := range left {
		r.expect(t)
	}
	p.ExpectExitStatus(1)
}

// noSockets expects a folder to have no socket in it.
func noSockets(t *check.T, dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Break(err)
	}
	for _, e := range entries {
		t.Expect(e.Type()&fs.ModeSocket == 0, check.Assertion{Messages: []string{
			fmt.Sprintf("the server made a socket with a name it was not given, of %d bytes: %q", len(filepath.Join(dir, e.Name())), e.Name())}})
	}
	t.Prove()
}

// pad returns a path in dir that has just n bytes.
func pad(dir string, n int) string {
	path := filepath.Join(dir, "s")
	return path + strings.Repeat("o", max(0, n-len(path)))
}

// letters returns n letters drawn by chance.
func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}
