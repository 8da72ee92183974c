// Package ports is the exercise in which a program finds out which TCP ports
// of a host are open, closed or silent.
package ports

import (
	"embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// role is the only program of this exercise.
const role = "main"

// Exercise is the exercise and its checks.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{Roles: []string{role}, Port: 8000, Steps: steps},
}

const (
	highestPort = 65535
	// openFiles is what macOS allows a program, the least of all common systems;
	// manyPorts is more.
	openFiles = 256
	manyPorts = 320
	// manyOnMac is less than the 250 refusals a second that BSD kernels may
	// limit themselves to, and keep silent about the rest.
	manyOnMac = 150
	// silentPorts keep not quite a hundred knocks waiting: a program that has a
	// hundred under way at once is done after one wait.
	silentPorts = 95
	// shortWait keeps the step short. Answers come within a few milliseconds; a
	// machine that stalls for as long as this is seen through.
	shortWait = 150 * time.Millisecond
	// defaultWait is what the task says that WAIT is if it isn't given.
	defaultWait = time.Second
	// Sockets are looked at every lookEvery, or as often as a busy machine can.
	// A program that waits for a second is surely seen to wait for longWait, even
	// if a look takes a quarter of that second. One that obeys would have to be
	// kept from giving up for longer than it was told to wait, on each port.
	lookEvery = 50 * time.Millisecond
	longWait  = shortWait * 5 / 2
	// slow is how late an open port may answer that is still to be called open:
	// the time to the other side of the world and back. On a busy machine it is
	// longer, up to slowest, well within the second that the task grants.
	slow    = 300 * time.Millisecond
	slowest = 600 * time.Millisecond
)

// lowPort draws a port below those that systems give to outgoing connections.
func lowPort(t *check.T) func() int {
	return func() int { return 10100 + t.Rand().IntN(9000) }
}

// mixed returns n doors of which the given number, by chance, are open.
func mixed(r *rand.Rand, n, opened int) []door {
	doors := make([]door, n)
	for _, i := range r.Perm(n)[:opened] {
		doors[i].state = open
	}
	return doors
}

// openRow matches what is printed about an open or a silent port.
var openRow = regexp.MustCompile(`(?m)^\s*\d+ +(open|silent)\s*$`)

func findsOpen(t *check.T) {
	g := setUp(t, []door{{}, {state: open}, {}}, lowPort(t))
	defer g.close()
	p := g.scan()
	row := strings.TrimSpace(g.rows(open)[0])
	t.Expect(slices.Contains(rowsOf(p.Stdout()), row), wrongOutput(p, fmt.Sprintf("the line %q", row)))
}

func countsClosed(t *check.T) {
	needsRefusal(t)
	g := setUp(t, make([]door, 3), lowPort(t))
	defer g.close()
	p := g.scan()
	rows := rowsOf(p.Stdout())
	counted := len(rows) > 0 && strings.HasSuffix(rows[len(rows)-1], " closed")
	t.Expect(counted && !openRow.MatchString(p.Stdout()),
		wrongOutput(p, "nothing but a last line with the number of closed ports"))
}

func coversTheRange(t *check.T) {
	needsRefusal(t)
	doors := make([]door, 6)
	for _, i := range []int{0, 1 + t.Rand().IntN(4), 5} {
		doors[i].state = open
	}
	end := highestPort + 1
	g := setUp(t, doors, func() int {
		end -= len(doors)
		return end
	})
	defer g.close()
	p := g.scan()
	// The order has a step of its own.
	got, want := rowsOf(p.Stdout()), rowsOf(g.report())
	t.Expect(slices.Equal(sorted(got), sorted(want)),
		check.WrongOutput{Role: role, Stream: trace.Stdout, Exact: []byte(g.report()), Got: []byte(p.Stdout())})
}

func sortsByNumber(t *check.T) {
	needsRefusal(t)
	doors := append(mixed(t.Rand(), 8, 4), mixed(t.Rand(), 8, 4)...)
	// The lowest open port answers last.
	doors[slices.IndexFunc(doors, func(d door) bool { return d.state == open })].late = 60 * time.Millisecond
	half := len(doors) / 2
	g := setUp(t, doors, func() int { return 10000 - half + t.Rand().IntN(5) - 2 })
	defer g.close()
	expectReport(g)
}

func waitsForTheSlow(t *check.T) {
	doors := mixed(t.Rand(), 12, 4)
	late := slices.IndexFunc(doors, func(d door) bool { return d.state == open })
	wait := min(t.Patience(slow), slowest)
	doors[late].late = wait
	wired := t.Lab().Isolation() == lab.TwoHosts
	if !wired {
		t.Act(trace.Server, "can't make a port slow without a wire of its own: all answer at once", nil)
	}
	g := setUp(t, doors, lowPort(t))
	defer g.close()
	said := g.receive()
	p := g.scan()
	row := fmt.Sprintf("%d open", g.first+late)
	t.Expect(slices.Contains(rowsOf(p.Stdout()), row), wrongOutput(p, fmt.Sprintf("the line %q", row)))
	for _, b := range said() {
		t.Expect(len(b) == 0, check.SentSomethingElse{Role: role, Got: b})
	}
	// A program that keeps its connections has them all for longer than most of
	// that wait, one that closes them for a few milliseconds.
	t.Expect(!wired || !g.kept(wait*3/4), check.NeverClosed{Role: role,
		Doing: "kept it while it waited for another port"})
}

func knowsSilence(t *check.T) {
	needsRefusal(t)
	doors := mixed(t.Rand(), 130, 4)
	silence := silentPorts
	wired := t.Lab().Isolation() == lab.TwoHosts
	if !wired {
		t.Act(trace.Server, "can't make a port silent without a wire of its own: open and closed ports only", nil)
		silence = 0
	}
	for _, i := range t.Rand().Perm(len(doors)) {
		if doors[i].state == closed && silence > 0 {
			doors[i].state = silent
			silence--
		}
	}
	// So that a program that prints what it knows, in order, prints nothing
	// before it has given up on a port.
	if i := slices.IndexFunc(doors, func(d door) bool { return d.state == silent }); i > 0 {
		doors[0], doors[i] = doors[i], doors[0]
	}
	g := setUp(t, doors, lowPort(t))
	defer g.close()
	p := g.start(milliseconds(shortWait))
	if wired {
		expectShortWaits(g, p)
	} else {
		p.ExpectExit()
	}
	if g.missedAnswer(p.Stdout()) {
		g.again()
		p = g.scan(milliseconds(defaultWait))
	}
	p.ExpectStdout(g.report())
}

// expectShortWaits waits for a program that was given shortWait to end. It
// expects that it gave up on silent ports soon after that, and waited for many
// of them at once.
func expectShortWaits(g *target, p *check.Process) {
	l := g.lookOut(p)
	defer l.stop()
	p.ExpectExit()
	wait := milliseconds(shortWait)
	waited := l.least()
	g.t.Expect(waited < longWait, check.TimedOut{Role: role,
		What:  fmt.Sprintf("give up on silent ports after %s milliseconds, as its fourth argument says,", wait),
		Doing: fmt.Sprintf("waited for each of the %d silent ports for %s milliseconds or longer", silentPorts, milliseconds(waited))})
	knocked, most := g.knockedWithin(2 * shortWait)
	// Three waits would do; six leave a busy machine twice the time that the
	// task grants: a program may be slow to start a hundred threads. One that
	// doesn't get to knock on all ports has another fault, which its report tells.
	g.t.Expect(knocked < silentPorts || most*3 >= silentPorts, check.TimedOut{Role: role,
		What: fmt.Sprintf("get through %d silent ports (it knocked on no more than %d of them within two waits of %s milliseconds)",
			silentPorts, most, wait)})
}

func scansMany(t *check.T) {
	needsRefusal(t)
	n := manyPorts
	if runtime.GOOS == "darwin" {
		n = manyOnMac
	}
	doors := mixed(t.Rand(), n, 3)
	doors[n-1-t.Rand().IntN(20)].state = open
	g := setUp(t, doors, lowPort(t))
	defer g.close()
	t.LimitOpenFiles(openFiles)
	expectReport(g)
}

func refusesNonsense(t *check.T) {
	at := address(t).String()
	var runs []*check.Process
	for _, args := range [][]string{
		{at, "8000"},
		{at, "8000", "80abc"},
		{at, "8010", "8000"},
		{at, "65530", "65536"},
		{"10.0.0.256", "8000", "8001"},
		{at, "8000", "8001", "0"},
		{at, "8000", "8001", "1s"},
		{at, "8000", "8001", "-5"},
	} {
		runs = append(runs, t.Start(role, args...))
	}
	for _, p := range runs {
		p.ExpectPoliteFailure("a line that says what is wrong with the arguments")
		t.Expect(p.Stdout() == "", wrongOutput(p, "nothing at all"))
	}
}

// expectReport scans the target and expects the whole report.
func expectReport(g *target) {
	p := g.scan()
	p.ExpectStdout(g.report())
}

func wrongOutput(p *check.Process, want string) check.WrongOutput {
	return check.WrongOutput{Role: role, Stream: trace.Stdout, Want: want, Got: []byte(p.Stdout())}
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// rowsOf returns the lines of a text without the space around them.
func rowsOf(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

func sorted(rows []string) []string {
	return slices.Sorted(slices.Values(rows))
}

// needsRefusal breaks the step where no program can tell a closed port from a
// silent one within a second: Windows knocks again after an RST, and says that
// the connection was refused only about two seconds later.
func needsRefusal(t *check.T) {
	if runtime.GOOS == "windows" {
		t.Break(errors.New("a closed port can't be told from a silent one in time: Windows itself takes two seconds to notice it; run this exercise in WSL2"))
	}
}
