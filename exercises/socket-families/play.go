package socketfamilies

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

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

// serverIP6 returns the IPv6 address of the server's host.
func serverIP6(t *check.T) netip.Addr {
	if t.Lab().Isolation() != lab.TwoHosts {
		return netip.IPv6Loopback()
	}
	return lab.ServerIP6
}

// address6 returns an IPv6 address of the server's host with a port that
// nobody has.
func address6(t *check.T) string {
	ip := serverIP6(t)
	var why error
	for range 10 {
		addr := netip.AddrPortFrom(ip, t.Port()).String()
		l, err := t.Lab().Server().Listen(t.Context(), "tcp", addr)
		if err == nil {
			_ = lab.CloseForGood(l)
			return addr
		}
		why = err
	}
	t.Break(fmt.Errorf("this machine has no IPv6 at %s: %w", ip, why))
	return ""
}

// greatestPort starts a server on the greatest port there is. On the loopback
// that one may be somebody's, so it gets another there.
func greatestPort(t *check.T) *check.Process {
	if t.Lab().Isolation() != lab.TwoHosts {
		return t.StartServer("server", "tcp")
	}
	addr, err := t.Lab().Server().Addr(math.MaxUint16)
	if err != nil {
		t.Break(err)
	}
	p := t.Start("server", addr.String())
	p.Network = "tcp"
	p.AwaitListening()
	return p
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
	text := noise(t.Rand(), 200_000)
	c := server.Dial()
	c.SendAlong(text)
	c.Expect(text)
	c.CloseWrite()
	c.ExpectEnd()
}

// hears expects text and then the end of the connection. It waits for each
// piece anew: a server may send byte by byte, on a busy machine.
func hears(c *check.Conn, text string) {
	const piece = 20_000
	for len(text) > piece {
		c.Expect(text[:piece])
		text = text[piece:]
	}
	c.ExpectAll(text)
}

// leavesUnheard has a client of a server at a path say something more and go
// before it comes back. That it takes no bytes any more is said first, so that
// the server's write fails however soon it comes: with EPIPE on Linux.
func leavesUnheard(t *check.T, server *check.Process) {
	host := t.Lab().Server()
	conn, err := host.Dial(t.Context(), "unix", server.Address)
	if err != nil {
		return // the next client will tell why
	}
	defer lab.CloseForGood(conn)
	t.Act(host.Name(), "connects to "+server.Address+", says something, hears it, says more and goes without hearing that", nil)
	// A client that was served has left the queue, which may be short.
	_ = conn.SetDeadline(time.Now().Add(t.Patience(5 * time.Second)))
	text := letters(t.Rand(), 12)
	_, _ = io.WriteString(conn, text)
	_, _ = io.ReadFull(conn, make([]byte, len(text)))
	if c, ok := conn.(interface{ CloseRead() error }); ok {
		_ = c.CloseRead()
	}
	_, _ = io.WriteString(conn, text)
}

// stale leaves the file of a socket on which nobody listens any more.
func stale(t *check.T, path string) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Break(err)
	}
	l.SetUnlinkOnClose(false)
	_ = lab.CloseForGood(l)
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

// An attempt is a server that must not get its path, and must leave alone what
// is there.
type attempt struct {
	p    *check.Process
	left []relic
}

func try(t *check.T, path string, left ...relic) attempt {
	return attempt{t.Start("server", "unix:"+path), left}
}

// refused expects each of the servers to say that it can't listen, with status
// 1. They start all at once, which is quicker than one by one.
func refused(t *check.T, tries ...attempt) {
	for _, a := range tries {
		a.p.Settle()
		for _, r := range a.left {
			r.expect(t)
		}
		a.p.ExpectExitStatus(1)
	}
}

// atFIFO tries a FIFO, which on Linux refuses a connection as a stale socket does.
func atFIFO(t *check.T, dir string) attempt {
	path := filepath.Join(dir, "fifo")
	if err := makeFIFO(path); err != nil {
		t.Break(err)
	}
	return try(t, path, remember(t, "a FIFO", path))
}

// atLink tries a symbolic link to a stale socket, which stat takes for the
// socket itself.
func atLink(t *check.T, dir string) attempt {
	socket, link := filepath.Join(dir, "stale.sock"), filepath.Join(dir, "link")
	stale(t, socket)
	if err := os.Symlink(socket, link); err != nil {
		t.Break(err)
	}
	return try(t, link, remember(t, "a symbolic link", link), remember(t, "the socket file behind a symbolic link", socket))
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

// noise returns n bytes of any value drawn by chance.
func noise(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return string(b)
}

// letters returns n letters drawn by chance.
func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}
