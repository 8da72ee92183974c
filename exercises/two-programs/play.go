package twoprograms

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

func connects(t *check.T) {
	l := t.Listen()
	l.Accept(start(t, l.Address, plainName(t.Rand())))
}

func sendsName(t *check.T) {
	call(t, plainName(t.Rand()))
}

func printsGreeting(t *check.T) {
	name := plainName(t.Rand())
	p, c := call(t, name)
	greeting := greet(t.Rand(), name)
	c.Send(greeting + "\n")
	c.CloseWrite()
	p.ExpectLine(greeting) // first, since one that doesn't read resets the connection or not, as it happens
	c.ExpectEnd()
	p.ExpectExit()
}

// anyName is about what programs like to change: small letters, two spaces in a
// row and those at the ends, tabs, letters beyond ASCII, a % where text is taken
// for a format, and what libraries take for a line end. The greeting doesn't name
// anybody.
func anyName(t *check.T) {
	name := "  " + strings.ToLower(plainName(t.Rand())) + " 50%  " + pick(t.Rand(), "Müller", "Núñez", "Åström") + " " + pick(t.Rand(), "太白", "Ольга", "Ζωή") + "  "
	begin := fmt.Sprintf("    Déjà 太白!  50%% off *\ttable %d", 100+t.Rand().IntN(900))
	second, third, last := letters(t.Rand(), 6), letters(t.Rand(), 6), letters(t.Rand(), 6)+"  "
	greeting := begin + "\r" + second + "\f" + third + "\u2028" + last
	p, c := call(t, name)
	c.Send(greeting + "\n")
	c.Close()
	shown := shows(begin, second, third, last)
	p.ExpectPrinted(fmt.Sprintf("the greeting %q, with all its spaces and what stands in front of \\r, \\f and U+2028 and behind", greeting), shown.MatchString)
	p.ExpectExit()
}

// shows returns what matches the parts as they are, one behind the other, with no
// word in front of the first in its line, and none behind the last, which ends a
// line. How a program prints what stands between them is its own affair, and a
// tab may be shown as Go and Python write it.
func shows(parts ...string) *regexp.Regexp {
	const noWord = `[^\pL\p{Nd}\n]*`
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(part), "\t", `(?:\t|\\t)`)
	}
	return regexp.MustCompile(`(?m)^` + noWord + strings.Join(parts, `(?s:.*)`) + noWord + `\n`)
}

func inPieces(t *check.T) {
	name := plainName(t.Rand())
	greeting := greet(t.Rand(), name)
	cut := 1 + t.Rand().IntN(len(greeting)-1)
	p, c := call(t, name)
	c.Send(greeting[:cut])
	fallSilent(t, c)
	c.Send(greeting[cut:] + "\n")
	c.Close()
	p.ExpectLine(greeting)
	p.ExpectExit()
	p, c = call(t, name)
	c.SendPieces(greeting, "\n") // the line end comes alone
	c.Close()
	p.ExpectLine(greeting)
	p.ExpectExit()
}

func cutLetter(t *check.T) {
	name := plainName(t.Rand())
	before, after := greet(t.Rand(), name)+" ë", "太 to you "+letters(t.Rand(), 4)
	greets(t, name, before[:len(before)-1], before[len(before)-1:]+after[:1], after[1:2], after[2:])
}

func longGreeting(t *check.T) {
	name := plainName(t.Rand())
	greeting := greet(t.Rand(), name) + " " + letters(t.Rand(), 100_000+t.Rand().IntN(1000))
	p, c := call(t, name)
	c.Send(greeting + "\n")
	c.Close()
	p.ExpectPrinted(fmt.Sprintf("all %d bytes of the greeting in one line", len(greeting)), func(printed string) bool {
		for line := range strings.Lines(printed) {
			if strings.Contains(line, greeting) {
				return strings.HasSuffix(line, "\n")
			}
		}
		return false
	})
	p.ExpectExit()
}

// breaksOff holds how a server goes away before its time: in order, and with a
// reset, as one does that crashes with something unread.
var breaksOff = []func(*check.Conn){(*check.Conn).Close, (*check.Conn).Abort}

func noGreeting(t *check.T) {
	for _, breakOff := range breaksOff {
		p, c := call(t, plainName(t.Rand()))
		breakOff(c)
		p.ExpectPoliteFailure("a line that says that no greeting came")
	}
}

func halfGreeting(t *check.T) {
	for _, breakOff := range breaksOff {
		p, c := call(t, plainName(t.Rand()))
		begins := fmt.Sprintf("Table %d", 1000+t.Rand().IntN(9000)) // nobody can guess it
		c.Send(begins + " is yours, wel")
		breakOff(c)
		p.ExpectPoliteFailure("a line that says that the greeting was cut off")
		t.Expect(!strings.Contains(p.Stdout(), begins), check.WrongOutput{Role: role, Stream: trace.Stdout,
			Want: "nothing of a greeting that was cut off", Got: []byte(p.Stdout())})
	}
}

func nobodyListens(t *check.T) {
	start(t, t.ClosedAddress(), plainName(t.Rand())).ExpectPoliteFailure("a line that says that it can't connect")
}

func refusesNonsense(t *check.T) {
	address := t.Listen().Address // where nobody answers: a program that connects all the same waits in vain
	host, _, _ := strings.Cut(address, ":")
	var runs []*check.Process
	for _, args := range [][]string{{}, {address}, {address, "Ada", "Lovelace"}, {host, "Ada"}, {host + ":port", "Ada"}} {
		runs = append(runs, start(t, args...))
	}
	for _, p := range runs {
		p.ExpectPoliteFailure("a line that says what is wrong with the arguments")
	}
}

// start starts the client. Python takes the encoding of what it prints from the
// machine's settings unless it is told; this course says UTF-8.
func start(t *check.T, args ...string) *check.Process {
	t.Setenv("PYTHONUTF8", "1")
	return t.Start(role, args...)
}

// call plays the server up to the client's name.
func call(t *check.T, name string) (*check.Process, *check.Conn) {
	l := t.Listen()
	p := start(t, l.Address, name)
	c := l.Accept(p)
	c.Expect(name + "\n")
	return p, c
}

// greets plays the whole exchange: the greeting comes in pieces, of which the
// last one gets the line end.
func greets(t *check.T, name string, pieces ...string) {
	p, c := call(t, name)
	greeting := strings.Join(pieces, "")
	pieces[len(pieces)-1] += "\n"
	c.SendPieces(pieces...)
	c.Close()
	p.ExpectLine(greeting)
	p.ExpectExit()
}

// greet is what the server says. Nobody can guess it.
func greet(r *rand.Rand, name string) string {
	return fmt.Sprintf("%s, %s! You are number %d.", pick(r, "Hello", "Welcome", "Good to see you"), name, 100+r.IntN(900))
}

func plainName(r *rand.Rand) string {
	return fmt.Sprintf("%s%d", pick(r, "Ada", "Grace", "Alan", "Vint"), 1000+r.IntN(9000))
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}
