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
	// atOnce is how many ports the task allows to be tried at the same moment.
	// As many knocks are held for knockHeld, so that a program that tries more
	// has another under way before the first answer comes.
	atOnce    = 200
	knockHeld = 100 * time.Millisecond
	// shortWait keeps the step short. One open port answers after most of it,
	// the others within a few milliseconds. A program that misses an answer is
	// given secondWait: then a machine that stalls for half a second is seen through.
	shortWait  = 150 * time.Millisecond
	mostOfIt   = shortWait * 3 / 5
	secondWait = time.Second
	// Sockets are looked at every lookEvery, or as often as a busy machine can.
	// A program that waits for a second is surely seen to wait for longWait, even
	// if a look takes a quarter of that second. One that obeys would have to be
	// kept from giving up for longer than it was told to wait, on each port.
	lookEvery = 50 * time.Millisecond
	longWait  = shortWait * 5 / 2
	// slow is how late an open port may answer that is still to be called open:
	// the time to the other side of the world and back, and well within the half
	// second that the task grants to a program without a WAIT.
	slow = 300 * time.Millisecond
	// givenWait is the WAIT of another program at the same time.
	givenWait = 2 * time.Second
	// tries is how often a program is started that breaks a rule which a right
	// one could seem to break on a machine that stalls.
	tries = 3
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

// closedRow matches the last line.
var closedRow = regexp.MustCompile(`^\d+ closed$`)

func findsOpen(t *check.T) {
	g := setUp(t, []door{{}, {state: open}, {}}, lowPort(t))
	defer g.close()
	p := g.scan()
	row := strings.TrimSpace(g.rows(open)[0])
	t.Expect(slices.Contains(rowsOf(p.Stdout()), row), wrongOutput(p, fmt.Sprintf("the line %q", row)))
	expectNoStrays(t, g)
}

func countsClosed(t *check.T) {
	needsRefusal(t)
	g := setUp(t, make([]door, 3), lowPort(t))
	defer g.close()
	p := g.scan()
	rows := rowsOf(p.Stdout())
	t.Expect(len(rows) == 1 && closedRow.MatchString(rows[0]),
		wrongOutput(p, "nothing but one line with the number of closed ports"))
	expectNoStrays(t, g)
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
	one := onePort(t)
	defer one.close()
	low := lowest(t)
	defer low.close()
	targets := []*target{g, one, low}
	var runs []*check.Process
	for _, g := range targets {
		runs = append(runs, g.start())
	}
	for i, g := range targets {
		g.expectRows(g.end(runs[i]))
	}
	expectNoStrays(t, targets...)
}

func sortsByNumber(t *check.T) {
	needsRefusal(t)
	doors := append(mixed(t.Rand(), 8, 4), mixed(t.Rand(), 8, 4)...)
	// The lowest open port answers last.
	doors[slices.IndexFunc(doors, func(d door) bool { return d.state == open })].late = 60 * time.Millisecond
	half := len(doors) / 2
	g := setUp(t, doors, func() int { return 10000 - half + t.Rand().IntN(5) - 2 })
	defer g.close()
	g.scan().ExpectStdout(g.report())
	expectNoStrays(t, g)
}

func waitsForTheSlow(t *check.T) {
	doors := mixed(t.Rand(), 12, 4)
	late := slices.IndexFunc(doors, func(d door) bool { return d.state == open })
	doors[late].late = slow
	wired := t.Lab().Isolation() == lab.TwoHosts
	if !wired {
		t.Act(trace.Server, "can't make a port slow without a wire of its own: all answer at once", nil)
	}
	g := setUp(t, doors, lowPort(t))
	defer g.close()
	said := g.receive()
	row := fmt.Sprintf("%d open", g.first+late)
	waited, hungUp := false, !wired
	for try := 1; !waited || !hungUp; try++ {
		missed := g.startBoth(row)
		// A program that keeps its connections has them for as long as it waits
		// for that port, one that closes them for a few milliseconds.
		waited = waited || missed == nil
		hungUp = hungUp || !g.kept(slow*3/4)
		switch {
		case try < tries && !waited:
			g.again("it missed an answer")
		case try < tries && !hungUp:
			g.again("it kept a connection")
		case !waited:
			t.Fail(wrongOutput(missed, fmt.Sprintf("the line %q", row)))
		case !hungUp:
			t.Fail(check.NeverClosed{Role: role, Doing: "kept it while it waited for another port"})
		}
	}
	t.Prove()
	for _, b := range said() {
		t.Expect(len(b) == 0, check.SentSomethingElse{Role: role, Got: b})
	}
	g.expectNothingSent()
	expectNoStrays(t, g)
}

// startBoth runs the program without a WAIT and with a long one, side by side,
// and returns one of the two that didn't print that row, if any.
func (g *target) startBoth(row string) (without *check.Process) {
	begin := g.t.Lab().Timeline().Len()
	runs := []*check.Process{g.start(), g.start(milliseconds(givenWait))}
	g.begin = begin
	for _, p := range runs {
		p.ExpectExit()
		if !slices.Contains(rowsOf(p.Stdout()), row) {
			without = p
		}
	}
	return without
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
	late := slices.IndexFunc(doors, func(d door) bool { return d.state == open })
	doors[late].late = mostOfIt
	g := setUp(t, doors, lowPort(t))
	defer g.close()
	p := g.start(milliseconds(shortWait))
	if wired {
		p = expectShortWaits(g, p)
	} else {
		p.ExpectExit()
	}
	if g.missedAnswer(p.Stdout()) {
		g.again("it missed an answer")
		g.setLate(late, slow)
		p = g.scan(milliseconds(secondWait))
	}
	p.ExpectStdout(g.report())
	expectNoStrays(t, g)
}

// expectShortWaits waits for a program that was given shortWait to end. It
// expects that it gave up on silent ports soon after that, waited for many of
// them at once, and was done soon. A machine that stalls makes a right program
// slow: then it is started again. The one that was started last is returned.
func expectShortWaits(g *target, p *check.Process) *check.Process {
	for try := 1; ; try++ {
		missed := g.tooSlow(p)
		if missed == "" {
			g.t.Prove()
			return p
		}
		if try == tries {
			g.t.Fail(check.TimedOut{Role: role, What: missed})
		}
		g.again("it was slow")
		p = g.start(milliseconds(shortWait))
	}
}

// tooSlow waits for a program that was given shortWait to end, and says what it
// did not do in time, if anything.
func (g *target) tooSlow(p *check.Process) string {
	l := g.lookOut(p)
	defer l.stop()
	p.ExpectExit()
	wait := milliseconds(shortWait)
	waited := l.least()
	g.t.Expect(waited < longWait, check.TimedOut{Role: role,
		What:  fmt.Sprintf("give up on silent ports after %s milliseconds, as its fourth argument says,", wait),
		Doing: fmt.Sprintf("waited for each of the %d silent ports for %s milliseconds or longer", silentPorts, milliseconds(waited))})
	// Three waits would do. A program that doesn't get to knock on all ports has
	// another fault, which its report tells. One that takes long to begin, such
	// as with a process for each port, is seen to wait for many in the end.
	knocked, most := g.knockedWithin(min(g.t.Patience(shortWait), 2*shortWait))
	if knocked == silentPorts && most*3 < silentPorts && l.most*2 < silentPorts {
		return fmt.Sprintf("get through %d silent ports (it knocked on no more than %d of them within a wait of %s milliseconds)",
			silentPorts, most, wait)
	}
	// Twice the three waits, and time to start a hundred threads and to end.
	if took := g.ended(); took > 6*shortWait+g.t.Patience(2*time.Second) {
		return fmt.Sprintf("end (it ended %s milliseconds after its first knock; three waits of %s milliseconds would do)",
			milliseconds(took), wait)
	}
	return ""
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
	g.hold(atOnce)
	t.LimitOpenFiles(openFiles)
	p := g.start()
	p.ExpectExit()
	most, sure := g.mostAtOnce()
	if g.missedAnswer(p.Stdout()) {
		g.again("it missed an answer")
		p, sure = g.scan(), false
	}
	p.ExpectStdout(g.report())
	t.Expect(!sure || most <= atOnce, check.Assertion{Messages: []string{fmt.Sprintf(
		"the program tried %d ports at the same moment: it had knocked on them, and none had answered yet; %d is the most", most, atOnce)}})
	expectNoStrays(t, g)
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
		{at, "8000", "8001", "1.5"},
		{},
		{at, "8000", "8001", "100", "7"},
		{at, "80abc", "8001"},
		{at, "0", "1"},
		{"localhost", "8000", "8001"},
	} {
		runs = append(runs, t.Start(role, args...))
	}
	for _, p := range runs {
		p.ExpectPoliteFailure("what is wrong with the arguments")
		t.Expect(p.Stdout() == "", wrongOutput(p, "nothing at all"))
	}
}

// expectRows expects the rows of the report in any order: that has a step of its own.
func (g *target) expectRows(p *check.Process) {
	got, want := rowsOf(p.Stdout()), rowsOf(g.report())
	g.t.Expect(slices.Equal(sorted(got), sorted(want)),
		check.WrongOutput{Role: role, Stream: trace.Stdout, Exact: []byte(g.report()), Got: []byte(p.Stdout())})
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
