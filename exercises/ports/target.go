package ports

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// A door is one port of the target, and how a knock on it ends.
type door struct {
	state state
	// late holds back each SYN to the port, and so the answer. There is no wire
	// to hold it on the loopback.
	late time.Duration
}

type state int

const (
	closed state = iota
	open
	silent
)

// A target is a range of the server host's ports, set up for the program to
// scan.
type target struct {
	t         *check.T
	addr      netip.Addr
	first     int
	doors     []door // from first on
	listeners map[int]net.Listener
	from      int // where in the lab's timeline the target was set up
	begin     int // and where the program started last

	mu    sync.Mutex       // guards what follows, and how late the doors are
	knock map[uint16]knock // by the port that was knocked on
	held  int              // of the first knocks are held for knockHeld
	under int              // ports that wait for an answer
	most  int              // and their number when it was highest
	twice bool             // a port was knocked on from two ports
}

func (g *target) last() int { return g.first + len(g.doors) - 1 }

// setUp makes doors of ports that follow each other. first proposes the number
// of the first one; where another program has one of them, it is asked again.
// Call close when the step is over.
func setUp(t *check.T, doors []door, first func() int) *target {
	return setUpAt(t, address(t), doors, first)
}

// setUpAt is setUp at an address of its own. The wire obeys the target that was
// set up last.
func setUpAt(t *check.T, addr netip.Addr, doors []door, first func() int) *target {
	g := &target{t: t, addr: addr, doors: doors, knock: make(map[uint16]knock)}
	settle(t) // what is still under way from an earlier step is not this one's
	g.from = t.Lab().Timeline().Len()
	var err error
	for range 50 {
		g.first = first()
		if err = g.listen(); err == nil {
			break
		}
	}
	if err != nil {
		t.Break(fmt.Errorf("find %d free ports in a row: %w", len(doors), err))
	}
	t.Lab().SetPlan(g.plan)
	t.Act(trace.Server, g.describe(), nil)
	return g
}

// address returns where the server host is. On the loopback every lab takes an
// address of its own, so that the labs of one machine don't find each other's
// ports; macOS has no other address than 127.0.0.1.
func address(t *check.T) netip.Addr {
	a, err := t.Lab().Server().Addr(t.Port())
	if err != nil {
		t.Break(err)
	}
	if t.Lab().Isolation() == lab.TwoHosts || runtime.GOOS == "darwin" {
		return a.Addr()
	}
	return netip.AddrFrom4([4]byte{127, byte(rand.IntN(256)), byte(rand.IntN(256)), byte(1 + rand.IntN(254))})
}

// listen listens on the open ports and makes sure that nobody has the others.
func (g *target) listen() (err error) {
	g.listeners = make(map[int]net.Listener)
	defer func() {
		if err != nil {
			g.close()
		}
	}()
	for i, d := range g.doors {
		port := g.first + i
		if d.state != open && g.t.Lab().Isolation() == lab.TwoHosts {
			continue // the host is ours alone
		}
		at := netip.AddrPortFrom(g.addr, uint16(port)).String()
		l, err := g.t.Lab().Server().Listen(g.t.Context(), "tcp", at)
		if d.state != open && errors.Is(err, fs.ErrPermission) && g.nobodyAt(at) {
			continue // a low port, which takes a privilege
		}
		if err != nil {
			return err
		}
		if d.state != open {
			_ = lab.CloseForGood(l)
			continue
		}
		g.listeners[port] = l
	}
	return nil
}

// nobodyAt reports whether a connection to an address fails.
func (g *target) nobodyAt(addr string) bool {
	c, err := g.t.Lab().Server().Dial(g.t.Context(), "tcp", addr)
	if err == nil {
		_ = lab.CloseForGood(c)
	}
	return err != nil
}

func (g *target) close() {
	g.t.Lab().SetPlan(nil)
	for _, l := range g.listeners {
		_ = lab.CloseForGood(l)
	}
}

// plan drops what goes to silent ports, and is slow about late ones. Only SYN
// is held: what is sent behind it would still be under way when the step is over.
func (g *target) plan(f lab.WireFrame) lab.Fault {
	s, ok := parse(f.Bytes)
	if !ok {
		return lab.Fault{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.From == trace.Server {
		g.answered(s)
		return lab.Fault{}
	}
	d, ours := g.door(s.to)
	if !ours {
		return lab.Fault{}
	}
	switch {
	case s.flags&syn == 0:
		d.late = 0
	case g.knocked(s) <= g.held:
		d.late = max(d.late, knockHeld)
	}
	return lab.Fault{Drop: d.state == silent, Delay: d.late}
}

// hold has the first n knocks held for knockHeld.
func (g *target) hold(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = n
}

// setLate makes door number i answer that late from now on.
func (g *target) setLate(i int, late time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.doors[i].late = late
}

// door returns the door that has a port, if one has.
func (g *target) door(port uint16) (door, bool) {
	i := int(port) - g.first
	if i < 0 || i >= len(g.doors) {
		return door{}, false
	}
	return g.doors[i], true
}

// start starts the program on the whole range, with a WAIT if one is given.
func (g *target) start(wait ...string) *check.Process {
	g.begin = g.t.Lab().Timeline().Len()
	args := []string{g.addr.String(), strconv.Itoa(g.first), strconv.Itoa(g.last())}
	return g.t.Start(role, append(args, wait...)...)
}

// scan runs the program on the whole range, with a WAIT if one is given, and
// returns it when it has ended. A machine that stalls for a moment makes a right
// program miss an answer; a wrong one misses it again.
func (g *target) scan(wait ...string) *check.Process {
	return g.end(g.start(wait...), wait...)
}

// end is the rest of scan, for a program that was started with that WAIT.
func (g *target) end(p *check.Process, wait ...string) *check.Process {
	p.ExpectExit()
	if g.missedAnswer(p.Stdout()) {
		g.again("it missed an answer")
		p = g.start(wait...)
		p.ExpectExit()
	}
	return p
}

func (g *target) again(why string) {
	g.t.Act(trace.Client, "starts the program again: "+why+", and the machine may have been busy", nil)
}

// report is what the program is to print.
func (g *target) report() string {
	return strings.Join(g.rows(open, silent), "") + fmt.Sprintf("%d closed\n", g.count(closed))
}

var stateNames = map[state]string{open: "open", silent: "silent"}

// rows returns the lines of all ports in one of the states, sorted by port.
func (g *target) rows(states ...state) []string {
	var out []string
	for i, d := range g.doors {
		for _, s := range states {
			if d.state == s {
				out = append(out, fmt.Sprintf("%d %s\n", g.first+i, stateNames[s]))
			}
		}
	}
	return out
}

// missedAnswer reports whether a report calls a port silent that answered.
func (g *target) missedAnswer(report string) bool {
	rows := rowsOf(report)
	for i, d := range g.doors {
		if d.state != silent && slices.Contains(rows, fmt.Sprintf("%d %s", g.first+i, stateNames[silent])) {
			return true
		}
	}
	return false
}

func (g *target) count(s state) (n int) {
	for _, d := range g.doors {
		if d.state == s {
			n++
		}
	}
	return n
}

func (g *target) describe() string {
	text := fmt.Sprintf("sets up ports %d to %d of %v:", g.first, g.last(), g.addr)
	for i, d := range g.doors {
		if d.state == open {
			text += fmt.Sprintf(" %d open,", g.first+i)
		}
	}
	if n := g.count(silent); n > 0 {
		text += fmt.Sprintf(" %d silent,", n)
	}
	return text + fmt.Sprintf(" %d closed", g.count(closed))
}

// receive accepts on every open port until the target is closed, and reads
// until the program closes the connection or is gone. The function it returns
// waits for that, and returns what the program said on each connection.
func (g *target) receive() (said func() [][]byte) {
	var (
		mu  sync.Mutex
		out [][]byte
		wg  sync.WaitGroup
	)
	for _, l := range g.listeners {
		wg.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return // closed
				}
				wg.Go(func() {
					defer c.Close()
					// RST ends a connection as well as FIN.
					b, _ := io.ReadAll(io.LimitReader(c, 1024))
					mu.Lock()
					defer mu.Unlock()
					out = append(out, b)
				})
			}
		})
	}
	return func() [][]byte {
		g.close()
		wg.Wait()
		return out
	}
}
