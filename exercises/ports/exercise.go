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
	// the others within a few milliseconds. A program that misses an answer each
	// time is given secondWait: then a machine that stalls for a third of a second
	// is seen through.
	shortWait  = 80 * time.Millisecond
	secondWait = time.Second
	// Sockets are looked at every lookEvery, or as often as a busy machine can. A
	// program that waits longer than it was told by more than a stall is told so at
	// once.
	lookEvery = 10 * time.Millisecond
	stall     = 600 * time.Millisecond
	// slow is how late an open port may answer that is still to be called open:
	// the time to another continent and back, and well within the quarter of a
	// second that the task asks of a program without a WAIT. As a wait it is too
	// long for shortWait, so that no time limit that is always the same is right. A
	// program that seems to keep its connections for so long is tried once more for
	// much longer.
	slow   = 120 * time.Millisecond
	slower = 5 * slow
	// givenWait is the WAIT of another program at the same time.
	givenWait = 2 * time.Second
	// tries is how often a program is started that breaks a rule which a right
	// one could seem to break on a machine that stalls.
	tries = 3
	// unsureTries is how often a program is started that was seen neither to break
	// a rule nor to keep it: the machine was too busy to look often enough.
	unsureTries = 10
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
	doors[slices.IndexFunc(doors, func(d door) bool { return d.state == open })].late = 30 * time.Millisecond
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
	missed := g.startBoth(row)
	for try := 1; missed != nil && try < tries; try++ {
		g.again("it missed an answer")
		missed = g.startBoth(row)
	}
	if missed != nil {
		t.Fail(wrongOutput(missed, fmt.Sprintf("the line %q", row)))
	}
	// A program that keeps its connections has them for as long as it waits for
	// that port, one that closes them for a few milliseconds.
	if wired && g.kept(slow/2) {
		g.again("it kept a connection")
		g.setLate(late, slower)
		g.scan(milliseconds(givenWait))
		t.Expect(!g.kept(slower*3/4), check.NeverClosed{Role: role, Doing: "kept it while it waited for another port"})
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
		{at, "8000", "8001", "-5"},
		{at, "8000", "8001", "1.5"},
		{},
		{at, "8000", "8001", "100", "7"},
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
