package check

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
)

// Each of the first two steps ends only when both have begun, so they pass only
// side by side.
func TestStepsArePlayedSideBySideInLabsOfTheirOwn(t *testing.T) {
	requirePython(t)
	requireTwoHosts(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	labs := make(chan *lab.Lab, 2)
	met := make(chan struct{})
	meet := func(t *T) {
		labs <- t.Lab()
		if len(labs) == 2 {
			close(met)
		}
		select {
		case <-met:
			t.Prove()
		case <-t.Context().Done():
		}
	}
	var told []string
	o := Options{Isolation: lab.TwoHosts, OnStep: func(s StepReport) { told = append(told, s.Name) }}
	r := runSuite(t, dir, o, step("one", meet), step("two", meet), step("three", pingServer))
	assert.Equal(t, Passed, r.Verdict)
	assert.Equal(t, []string{"one", "two", "three"}, told)
	assert.NotSame(t, <-labs, <-labs)
}

func TestReportsComeInTheSuitesOrderWhicheverStepIsDoneFirst(t *testing.T) {
	requirePython(t)
	requireTwoHosts(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	quick := make(chan struct{})
	slow := step("slow", func(t *T) {
		<-quick
		t.Prove()
	})
	next := step("next", func(t *T) {
		close(quick)
		t.Prove()
	})
	next.After = []string{"quick"}
	var told []string
	o := Options{Isolation: lab.TwoHosts, OnStep: func(s StepReport) { told = append(told, s.Name) }}
	r := runSuite(t, dir, o, slow, step("quick", pingServer), next)
	assert.Equal(t, Passed, r.Verdict)
	assert.Equal(t, []string{"slow", "quick", "next"}, told)
}

// Whichever way the steps build on each other, a check with three players takes
// its waits first and keeps one player for the rest.
func TestWhatLeadsToALongWaitIsTakenFirst(t *testing.T) {
	steps := []Step{
		{Name: "plain", Role: "server"},
		{Name: "first", Role: "client"},
		{Name: "short", Role: "client", After: []string{"first"}, Waits: time.Millisecond},
		{Name: "second", Role: "client", After: []string{"first"}},
		{Name: "long", Role: "client", After: []string{"second"}, Waits: time.Second},
		{Name: "middle", Role: "client", After: []string{"first"}, Waits: 2 * time.Millisecond},
	}
	b := newBoard(steps, 3, nil)
	take := func() string {
		i, _, ok := b.take(t.Context())
		require.True(t, ok)
		return steps[i].Name
	}
	assert.Equal(t, []string{"first", "second", "long", "middle"}, []string{take(), take(), take(), take()})
	assert.Equal(t, "plain", take(), "two wait, and somebody must work")
	assert.Equal(t, "short", take(), "nothing else is left")
	_, _, ok := b.take(t.Context())
	assert.False(t, ok)
}

// Of the steps that can be played, that goes first on whose way most others lie.
func TestWhatLeadsToTheMostStepsIsTakenFirst(t *testing.T) {
	steps := []Step{
		{Name: "first", Role: "server"},
		{Name: "leaf", Role: "server", After: []string{"first"}},
		{Name: "second", Role: "server", After: []string{"first"}},
		{Name: "third", Role: "server", After: []string{"second"}},
		{Name: "alone", Role: "client"},
		{Name: "fourth", Role: "server", After: []string{"third", "leaf"}},
	}
	b := newBoard(steps, 2, nil)
	var order []string
	for range steps {
		i, _, ok := b.take(t.Context())
		require.True(t, ok)
		order = append(order, steps[i].Name)
		b.put(i, StepReport{Verdict: Passed})
	}
	assert.Equal(t, []string{"first", "second", "leaf", "third", "alone", "fourth"}, order)
}

// A step may be played before those that it builds on have passed; what came of
// it counts only if they do.
func TestAStepIsDecidedByTheStepsThatItBuildsOn(t *testing.T) {
	requirePython(t)
	requireTwoHosts(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	for _, passes := range []bool{true, false} {
		played, given := make(chan struct{}), make(chan error, 1)
		before := step("before", func(t *T) {
			<-played
			t.Expect(passes, Assertion{Messages: []string{"it was to fail"}})
		})
		after := step("after", func(t *T) {
			close(played)
			if !passes {
				<-t.Context().Done()
				given <- context.Cause(t.Context())
			}
			t.Prove()
		})
		after.After = []string{"before"}
		last := step("last", pingServer)
		last.After = []string{"after"}
		r := runSuite(t, dir, Options{Isolation: lab.TwoHosts}, before, after, last)
		if passes {
			assert.Equal(t, Passed, r.Verdict)
			continue
		}
		assert.Equal(t, []Verdict{Failed, Skipped, Skipped}, []Verdict{r.Steps[0].Verdict, r.Steps[1].Verdict, r.Steps[2].Verdict})
		assert.Empty(t, r.Steps[1].Transcript)
		assert.ErrorIs(t, <-given, context.Canceled, "nobody waits for what doesn't count")
	}
}

// Which lab plays a step, and when, is chance; what it is given must not be.
func TestAStepsPortsDependOnTheSeedAndTheStepAlone(t *testing.T) {
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", pythonServer)
	draw := func() map[string][]uint16 {
		drawn := map[string][]uint16{}
		take := func(name string) Step {
			ports := make([]uint16, 40)
			drawn[name] = ports
			return step(name, func(t *T) {
				for i := range ports {
					ports[i] = t.Port()
				}
				t.Prove()
			})
		}
		runSuite(t, dir, Options{Seed: 7}, take("one"), take("two"), take("three"))
		return drawn
	}
	first := draw()
	assert.Equal(t, first, draw())
	seen := map[uint16]bool{}
	for name, ports := range first {
		for _, p := range ports {
			require.False(t, seen[p], "port %d of %s was drawn before", p, name)
			seen[p] = true
		}
	}
	assert.Equal(t, uint16(7777), first["one"][0], "the suite's own port comes first")
}
