//go:build amd64 || arm64

package lab

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// comesTo waits until the program is doing what the pattern says, and, if
// forever, until that is known to be for ever.
func comesTo(t *testing.T, p *Process, pattern string, forever bool) Doing {
	t.Helper()
	want := regexp.MustCompile("^" + pattern + "$")
	var d Doing
	for ctx := within(t); ctx.Err() == nil; {
		if d = p.Doing(); want.MatchString(d.String()) && d.Forever == forever {
			return d
		}
	}
	require.Failf(t, "it never came to that", "wanted %q (forever: %v), last: %q %+v\n%s", pattern, forever, d, d, p.Stderr())
	return d
}

// staysFinite asserts that a program that goes on by itself is never taken for
// one that doesn't, at any moment from now until it prints text.
func staysFinite(t *testing.T, p *Process, text string) {
	t.Helper()
	looks := 0
	for ctx := within(t); ctx.Err() == nil && !regexp.MustCompile(text).MatchString(p.Stdout().String()); looks++ {
		d := p.Doing()
		if d.Forever && !regexp.MustCompile(text).MatchString(p.Stdout().String()) {
			t.Fatalf("taken for stuck before it printed %q: %s %+v", text, d, d)
		}
	}
	require.Contains(t, p.Stdout().String(), text, "%s", p.Stderr())
	require.Greater(t, looks, 5)
}

// dialServer connects from the client, as soon as the program listens.
func dialServer(t *testing.T, l *Lab, p *Process, addr string) net.Conn {
	t.Helper()
	require.NoError(t, l.Server().WaitListening(within(t), "tcp", addr, p), "%s", p.Stderr())
	c, err := l.Client().Dial(within(t), "tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

const pythonListens = "host, port = sys.argv[1].split(':')\ns = socket.socket(); s.bind((host, int(port))); s.listen()\n"

func TestDoingOfAPythonServer(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		addr := serverAddr(t, l, 9000)
		p := startPython(t, l, pythonListens+"c, a = s.accept(); c.recv(100); d, a = s.accept(); print('done')", addr)
		c := dialServer(t, l, p, addr)
		from := regexp.QuoteMeta(c.LocalAddr().String())
		d := comesTo(t, p, "waits in recv on the connection from "+from, true)
		assert.True(t, d.Blocked)
		assert.Equal(t, "recv", d.Call)
		assert.Len(t, d.Sockets, 2)
		_, err := c.Write([]byte("hello!"))
		require.NoError(t, err)
		d = comesTo(t, p, "waits in accept on "+regexp.QuoteMeta(addr), true)
		assert.Equal(t, "accept", d.Call)
		assert.Equal(t, "the listening socket "+addr, d.On)
		_, err = c.Write([]byte("unread"))
		require.NoError(t, err)
		d = comesTo(t, p, "has 6 unread bytes on the connection from "+from+", and waits in accept on "+regexp.QuoteMeta(addr), true)
		assert.EqualValues(t, 6, d.UnreadBytes)
		dialServer(t, l, p, addr)
		printed(t, p, "done")
		_, err = p.Wait(within(t))
		require.NoError(t, err)
		assert.Equal(t, "has ended", p.Doing().String())
	})
}

func TestDoingOfPythonPrograms(t *testing.T) {
	for name, c := range map[string]struct {
		code, want string
		forever    bool
	}{
		"standard input":        {"sys.stdin.readline()", "is reading standard input", true},
		"sleep":                 {"time.sleep(1000)", "sleeps", false},
		"a loop":                {"while True: pass", `is running \(not blocked\)`, false},
		"accept in a child":     {pythonListens + "os.fork() and os.wait()\ns.accept()", "waits in accept on ADDR", true},
		"accept with a timeout": {pythonListens + "s.settimeout(1000); s.accept()", "waits in accept on ADDR", false},
		"accept by SO_RCVTIMEO": {pythonListens + "import struct; s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 1000, 0)); s.accept()",
			"waits in accept on ADDR", false},
		"accept before an alarm": {pythonListens + "signal.signal(signal.SIGALRM, print); signal.alarm(1000); s.accept()", "waits in accept on ADDR", false},
		"accept, another thread sleeps": {pythonListens + "import threading; threading.Thread(target=time.sleep, args=(1000,)).start(); s.accept()",
			"waits in accept on ADDR", false},
		"two threads": {pythonListens + "import threading; threading.Thread(target=s.accept).start(); sys.stdin.readline()",
			"is reading standard input", true},
		"a child sleeps":   {pythonListens + "os.fork() or time.sleep(1000)\ns.accept()", "waits in accept on ADDR", false},
		"select":           {pythonListens + "import select; select.select([s], [], [])", "waits in accept on ADDR", true},
		"asyncio":          {"import asyncio\nasync def main():\n  s = await asyncio.start_server(print, *sys.argv[1].split(':'))\n  await s.serve_forever()\nasyncio.run(main())", "waits in accept on ADDR", true},
		"asyncio sleeps":   {"import asyncio\nasyncio.run(asyncio.sleep(1000))", "sleeps", false},
		"a lock":           {"import threading; threading.Semaphore(0).acquire()", `waits on a lock \(futex\)`, true},
		"a lock, for long": {"import threading; threading.Semaphore(0).acquire(timeout=1000)", `waits on a lock \(futex\)`, false},
		"a pipe":           {"r, w = os.pipe(); os.read(r, 1)", "waits in read on a pipe", false},
		"datagrams":        {"host, port = sys.argv[1].split(':')\ns = socket.socket(type=socket.SOCK_DGRAM); s.bind((host, int(port))); s.recvfrom(100)", "waits in recvfrom on the UDP socket ADDR", true},
		"a child":          {"if os.fork(): os.wait()\nelse: signal.pause()", "waits for a process it started", false},
		"a stop":           {"os.kill(os.getpid(), signal.SIGSTOP)", "is stopped by a signal", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, l *Lab) {
				addr := serverAddr(t, l, 9000)
				p := startPython(t, l, c.code, addr)
				want := regexp.MustCompile("ADDR").ReplaceAllString(c.want, regexp.QuoteMeta(addr))
				comesTo(t, p, want, c.forever)
				if c.forever {
					return
				}
				for range 20 {
					d := p.Doing()
					assert.False(t, d.Forever, "%+v", d)
				}
			})
		})
	}
}

func TestSlowStartIsNeverForever(t *testing.T) {
	onBoth(t, func(t *testing.T, l *Lab) {
		addr := serverAddr(t, l, 9000)
		staysFinite(t, startPython(t, l, "time.sleep(0.3)\n"+pythonListens+"print('up'); s.accept()", addr), "up")
		staysFinite(t, startPython(t, l, "import threading\nthreading.Timer(0.3, lambda: print('up')).start()\nsys.stdin.read()"), "up")
		staysFinite(t, startPython(t, l, "import subprocess\nsubprocess.run(['sleep', '0.3'])\nprint('up')"), "up")
	})
}

func TestConnectIsNotForever(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts, Plan: func(WireFrame) Fault { return Fault{Drop: true} }})
	p := startPython(t, l, "socket.socket().connect(('10.0.0.1', 9000))")
	comesTo(t, p, "waits in connect to 10.0.0.1:9000", false)
	for range 20 {
		assert.False(t, p.Doing().Forever)
	}
}

// What the program has sent is lost; its kernel is going to send it again.
func TestBytesUnderWayAreNotForever(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts})
	p := startPython(t, l, pythonListens+"c, a = s.accept(); c.recv(1); c.sendall(b'hi'); c.recv(1)", "10.0.0.2:9000")
	c := dialServer(t, l, p, "10.0.0.2:9000")
	comesTo(t, p, "waits in recv on the connection from .*", true)
	l.SetPlan(func(w WireFrame) Fault { return Fault{Drop: w.From == l.Server().Name()} })
	_, err := c.Write([]byte("!"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		for _, s := range p.Doing().Sockets {
			if s.State == "ESTABLISHED" && s.SendQ == 2 {
				return true
			}
		}
		return false
	}, patience, time.Millisecond)
	for range 20 {
		assert.False(t, p.Doing().Forever)
	}
	l.SetPlan(nil)
	comesTo(t, p, "waits in recv on the connection from .*", true)
}

const goProgram = `package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	mode, addr := os.Args[1], os.Args[2]
	switch mode {
	case "stdin":
		bufio.NewReader(os.Stdin).ReadString('\n')
	case "sleep":
		time.Sleep(300 * time.Millisecond)
		fmt.Println("up")
		return
	case "dial":
		c, err := net.Dial("tcp", addr)
		if err != nil {
			panic(err)
		}
		c.Read(make([]byte, 10))
		return
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		panic(err)
	}
	if mode == "timer" {
		time.AfterFunc(300*time.Millisecond, func() { fmt.Println("up") })
	}
	c, err := l.Accept()
	if err != nil {
		panic(err)
	}
	switch mode {
	case "deadline":
		c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		c.Read(make([]byte, 10))
		fmt.Println("up")
	case "unread":
		l.Accept()
	default:
		c.Read(make([]byte, 10))
	}
}
`

func buildGo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(goProgram), 0o644))
	program := filepath.Join(dir, "program")
	out, err := exec.Command(needs(t, "go"), "build", "-o", program, filepath.Join(dir, "main.go")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

func TestDoingOfAGoProgram(t *testing.T) {
	program := buildGo(t)
	onBoth(t, func(t *testing.T, l *Lab) {
		port := uint16(9000)
		start := func(mode string) (*Process, string) {
			port++
			addr := serverAddr(t, l, port)
			p, err := l.Server().Start(within(t), Command{Name: "program", Path: program, Args: []string{mode, addr}})
			require.NoError(t, err)
			t.Cleanup(p.Kill)
			return p, addr
		}
		p, addr := start("read")
		comesTo(t, p, "waits in accept on "+regexp.QuoteMeta(addr), true)
		c := dialServer(t, l, p, addr)
		comesTo(t, p, "waits to read from the connection from "+regexp.QuoteMeta(c.LocalAddr().String()), true)

		p, addr = start("unread")
		c = dialServer(t, l, p, addr)
		_, err := c.Write([]byte("hello!"))
		require.NoError(t, err)
		comesTo(t, p, "has 6 unread bytes on the connection from "+regexp.QuoteMeta(c.LocalAddr().String())+
			", and waits in accept on "+regexp.QuoteMeta(addr), true)

		p, _ = start("stdin")
		comesTo(t, p, "is reading standard input", false)

		p, _ = start("sleep")
		staysFinite(t, p, "up")

		p, addr = start("timer")
		staysFinite(t, p, "up")
		comesTo(t, p, "waits in accept on "+regexp.QuoteMeta(addr), true)

		p, addr = start("deadline")
		dialServer(t, l, p, addr)
		staysFinite(t, p, "up")

		ln, err := l.Client().Listen(within(t), "tcp", clientAddr(t, l, 9100))
		require.NoError(t, err)
		defer ln.Close()
		p, err = l.Server().Start(within(t), Command{Name: "program", Path: program, Args: []string{"dial", ln.Addr().String()}})
		require.NoError(t, err)
		t.Cleanup(p.Kill)
		accepted, err := ln.Accept()
		require.NoError(t, err)
		defer accepted.Close()
		comesTo(t, p, "waits to read from the connection to "+regexp.QuoteMeta(ln.Addr().String()), true)
	})
}

func clientAddr(t *testing.T, l *Lab, port uint16) string {
	t.Helper()
	addr, err := l.Client().Addr(port)
	require.NoError(t, err)
	return addr.String()
}

// A busy machine may take longer than the three seconds after which a kernel
// gives its neighbour up.
func TestHostsAskPatientlyForTheirNeighbour(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts})
	for _, ip := range []string{"ipv4", "ipv6"} {
		p, err := l.Client().Start(within(t), Command{Name: "reader", Path: "/bin/cat", Args: []string{"/proc/sys/net/" + ip + "/neigh/eth0/mcast_solicit"}})
		require.NoError(t, err)
		_, err = p.Wait(within(t))
		require.NoError(t, err)
		assert.Equal(t, "20\n", p.Stdout().String(), ip)
	}
}
