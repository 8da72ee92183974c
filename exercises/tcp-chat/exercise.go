// Package tcpchat is the exercise on a conversation over TCP: lines, turn by
// turn, until one of the two says q.
package tcpchat

import (
	"embed"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// Exercise is the exercise on a conversation over TCP.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{
		Port:  8899,
		Roles: []string{"server", "client"},
		Steps: slices.Concat(serverSteps, streamSteps, endSteps, textSteps, clientSteps, clientTextSteps),
	},
}

// quit is the line that ends a conversation.
const quit = "q\n"

// longest is how many bytes a line may have, its end not counted.
const longest = 100_000

// hears has the other side say a line, and expects the program to print it.
func hears(p *check.Process, c *check.Conn, line string) {
	c.Send(line + "\n")
	p.ExpectLine(line)
}

// says types a line to the program, and expects it to arrive.
func says(p *check.Process, c *check.Conn, line string) {
	p.Input(line + "\n")
	c.Expect(line + "\n")
}

// inTurn is one turn of a caller's and one of the program's.
func inTurn(t *check.T, p *check.Process, c *check.Conn) {
	hears(p, c, line(t))
	says(p, c, line(t))
}

// typesAhead has the other side speak and then types two lines at once. It
// expects each of them in its turn, and no turn to be missed.
func typesAhead(t *check.T, p *check.Process, c *check.Conn) {
	hears(p, c, line(t))
	first, second := line(t), line(t)
	p.Input(first + "\n" + second + "\n")
	c.Expect(first + "\n")
	hears(p, c, line(t))
	c.Expect(second + "\n")
	hears(p, c, line(t))
}

// almostQuits has both sides say, in turn, what only looks like q. The other
// side begins, and has the last word.
func almostQuits(t *check.T, p *check.Process, c *check.Conn) {
	c.Send(" q\n")
	says(p, c, line(t))
	for _, almost := range []string{"Q", "qq", token(t.Rand()) + " Iraq"} {
		c.Send(almost + "\n")
		says(p, c, almost)
	}
	hears(p, c, line(t))
}

// hearsLong expects the program to print a line of the greatest length in one
// piece.
func hearsLong(t *check.T, p *check.Process, c *check.Conn) {
	long := longLine(t)
	c.Send(long + "\n")
	p.ExpectPrinted("all 100,000 bytes of what came as one line, in one line", func(printed string) bool {
		for l := range strings.Lines(printed) {
			if strings.HasSuffix(l, "\n") && strings.Contains(l, long) {
				return true
			}
		}
		return false
	})
}

// line returns a line that was not said before.
func line(t *check.T) string { return "line " + token(t.Rand()) }

// longLine returns a line of the greatest length, in which most characters
// have three bytes.
func longLine(t *check.T) string {
	const han = "太白"
	begin := token(t.Rand())
	begin += strings.Repeat("-", (longest-len(begin))%len(han))
	return begin + strings.Repeat(han, (longest-len(begin))/len(han))
}

// token returns a word drawn by chance. There is no q in it: the letter is
// said where it matters, and not by chance.
func token(r *rand.Rand) string {
	const letters = "abcdefghijklmnoprstuvwxyz"
	b := make([]byte, 8)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}
