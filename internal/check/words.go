package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

func doing(role, what string) []string {
	if what == "" {
		return nil
	}
	return []string{fmt.Sprintf("the %s %s", name(role), what)}
}

// name is what people call the program of a role.
func name(role string) string {
	if role == "main" {
		return "program"
	}
	return role
}

// members names a few processes, a line each.
func members(of []lab.Member) []string {
	var out []string
	for _, m := range of {
		if m.Command != "" {
			out = append(out, fmt.Sprintf("process %d: %s", m.PID, shorten(m.Command, 60)))
		}
	}
	return out
}

func streamName(s trace.Stream) string {
	if s == trace.Stderr {
		return "standard error"
	}
	return "standard output"
}

func exitText(e trace.Exit) string {
	if e.Signal != "" {
		return "signal: " + e.Signal
	}
	return fmt.Sprintf("status %d", e.Status)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// quote shows bytes as Go would, long ones by their beginning and end.
func quote(b []byte) string {
	const most = 120
	if len(b) == 0 {
		return "nothing"
	}
	if len(b) <= most {
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%q … %q (%d bytes)", b[:most/2], b[len(b)-most/4:], len(b))
}

// difference points at the first byte in which got departs from want.
func difference(want, got []byte) []string {
	at := 0
	for at < len(want) && at < len(got) && want[at] == got[at] {
		at++
	}
	window := func(b []byte) string {
		end := min(len(b), at+24)
		start := min(max(0, at-24), end)
		text := fmt.Sprintf("%q", b[start:end])
		if start > 0 {
			text = "…" + text
		}
		if end < len(b) {
			text += "…"
		}
		return text
	}
	start := max(0, at-24)
	before := len([]rune(fmt.Sprintf("%q", want[min(start, len(want)):min(at, len(want))]))) - 1
	if start > 0 {
		before++
	}
	return []string{
		"expected: " + window(want),
		"received: " + window(got),
		strings.Repeat(" ", len("received: ")+before) + fmt.Sprintf("^ first difference, at byte %d", at+1),
	}
}

// longestLine is how many characters of a line are shown as evidence.
const longestLine = 200

func lines(s string, most int) []string {
	all := split(s)
	if len(all) > most {
		rest := len(all) - most
		all = append(slices.Clone(all[:most]), fmt.Sprintf("[%d more lines]", rest))
	}
	return all
}

// lastLines returns the last lines of what a program printed, at most so many.
// Those of a Go program that crashes begin with its reason: a long trace of
// goroutines would hide it.
func lastLines(s string, most int) []string {
	all := split(s)
	for i := len(all) - most - 1; i >= 0; i-- {
		if strings.HasPrefix(all[i], "panic: ") || strings.HasPrefix(all[i], "fatal error: ") {
			return all[i : i+most]
		}
	}
	return all[max(0, len(all)-most):]
}

// split returns the lines of a text, long ones without their end.
func split(s string) []string {
	all := strings.Split(strings.TrimRight(printable(s), "\n"), "\n")
	for i, line := range all {
		if r := []rune(line); len(r) > longestLine {
			all[i] = string(r[:longestLine-1]) + "…"
		}
	}
	return all
}

// printable keeps a program's output from repainting the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}

func shorten(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
