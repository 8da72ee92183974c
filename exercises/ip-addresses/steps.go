package ipaddresses

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/check"
)

func writesBinary(t *check.T) {
	lines := []string{"100.4.5.6", "0.0.0.0", "255.255.255.255", "1.2.4.8"}
	for range 4 {
		lines = append(lines, anyIPv4(t.Rand()).String())
	}
	p := give(t, strings.Join(lines, "\n")+"\n")
	if strings.TrimSpace(p.Stdout()) == "" {
		t.Fail(check.ExitedEarly{Role: role, Before: "it printed an answer on standard output", Output: p.Stderr()})
	}
	expect(t, match(t, lines, p.Stdout()), fieldBinary)
}

func knowsKinds(t *check.T) {
	lines := slices.Clone(kindsOfIPv4)
	for range 8 {
		lines = append(lines, anyIPv4(t.Rand()).String())
	}
	expect(t, ask(t, shuffled(t.Rand(), lines...)...), fieldKind)
}

func findsTheNetwork(t *check.T) {
	lines := []string{"10.0.0.77/26", "10.0.0.77", "10.0.0.77/7", "172.16.99.1", "172.16.99.1/8", "192.168.3.200/25"}
	for range 8 {
		lines = append(lines, networked(t.Rand(), 1, 30))
	}
	answers := ask(t, lines...)
	expect(t, answers, fieldNetwork)
	expectSameKind(t, answers)
}

func countsHosts(t *check.T) {
	lines := []string{"10.0.0.77/26", "10.0.0.77", "10.1.2.3/8", "100.4.5.6/23"}
	for range 8 {
		lines = append(lines, networked(t.Rand(), 1, 29))
	}
	expect(t, ask(t, lines...), fieldBroadcast, fieldHosts)
}

func knowsTheEnds(t *check.T) {
	var lines []string
	for _, bits := range []int{0, 1, 30, 31, 32} {
		lines = append(lines, networked(t.Rand(), bits, bits))
	}
	lines = append(lines, "0.0.0.0/0", "255.255.255.255/32", "10.0.0.1/31")
	expect(t, ask(t, lines...), fieldNetwork, fieldBroadcast, fieldHosts)
}

func refusesIPv4(t *check.T) { refuses(t, badIPv4) }
func refusesIPv6(t *check.T) { refuses(t, badIPv6) }

// refuses expects an error for each of the lines, and right answers to the
// address that stands behind each of them.
func refuses(t *check.T, bad []nonsense) {
	var lines []string
	for _, i := range t.Rand().Perm(len(bad)) {
		lines = append(lines, bad[i].line, anyIPv4(t.Rand()).String())
	}
	expect(t, ask(t, lines...), fieldBinary)
}

func writesInFull(t *check.T) {
	lines := []string{"fe80::1", "FD00:0:0:7::A"}
	lines = append(lines, shuffled(t.Rand(), strangeIPv6...)...)
	for range 8 {
		lines = append(lines, spell(t.Rand(), anyIPv6(t.Rand())))
	}
	expect(t, ask(t, lines...), fieldFull, fieldBinary)
}

func knowsIPv6(t *check.T) {
	lines := slices.Clone(kindsOfIPv6)
	for _, bits := range []int{0, 1, 61, 64, 127, 128, 1 + t.Rand().IntN(127), 1 + t.Rand().IntN(127)} {
		lines = append(lines, fmt.Sprintf("%s/%d", spell(t.Rand(), anyIPv6(t.Rand())), bits))
	}
	lines = append(lines, "fd00::2/64", "::ffff:10.0.0.1/120")
	expect(t, ask(t, shuffled(t.Rand(), lines...)...), fieldKind, fieldNetwork, fieldBroadcast, fieldHosts)
}

func readsTheLastLine(t *check.T) {
	lines := []string{anyIPv4(t.Rand()).String(), anyIPv4(t.Rand()).String()}
	expect(t, match(t, lines, give(t, strings.Join(lines, "\n")).Stdout()), fieldBinary)
	match(t, nil, give(t, "").Stdout()) // and none where there is none
}

func readsOddLines(t *check.T) {
	address := func() string { return anyIPv4(t.Rand()).String() }
	lines := []string{
		address() + "\r",
		" \t" + address() + "  ",
		"",
		address(),
		" \t ",
		address() + "\t\r",
		strings.Repeat(" ", 900) + address(),
	}
	for _, n := range oddLines {
		lines = append(lines, n.line, address())
	}
	expect(t, ask(t, lines...), fieldBinary)
}

func readsMany(t *check.T) {
	lines := manyLines(t.Rand())
	p := t.Start(role)
	for i := 0; i < len(lines); i += 1000 {
		p.Input(strings.Join(lines[i:i+1000], "\n") + "\n")
	}
	p.CloseInput()
	awaitAnswers(t, p, len(lines))
	p.ExpectExit()
	expect(t, match(t, lines, p.Stdout()), fieldNames[1:]...)
}

// awaitAnswers waits until a program has printed n answers, or prints no more.
// On a busy machine that may take longer than a program may take to end.
func awaitAnswers(t *check.T, p *check.Process, n int) {
	const (
		look  = 20 * time.Millisecond
		quiet = 2 * time.Second // after this, ExpectExit decides what is the matter
		most  = time.Minute     // for a program that prints for ever
	)
	tick := time.NewTicker(look)
	defer tick.Stop()
	begin, grew, size := time.Now(), time.Now(), 0
	for {
		printed := p.Stdout()
		if len(printed) > size {
			size, grew = len(printed), time.Now()
		}
		if strings.Count(printed, fieldInput+":") >= n || time.Since(grew) > quiet || time.Since(begin) > most {
			return
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			return
		}
	}
}
