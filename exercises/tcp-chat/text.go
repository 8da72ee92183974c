package tcpchat

import (
	"fmt"
	"maps"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
)

// textSteps are about what a line may hold.
var textSteps = []check.Step{{
	Name: "as-it-is", Title: "leaves a line as it is, with its spaces, a tab and a \\r in it", Role: "server", Points: 2, After: []string{"turns"},
	Rationale: "Spaces mean something, in a poem or in a program, and no other character ends a line than \\n.",
	Hints:     hintsAsItIs,
	Causes:    causesAsItIs("server"),
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		leavesAsItIs(t, s, s.Dial())
	},
}, {
	Name: "not-utf8", Title: "survives a line that is not UTF-8", Role: "server", Points: 3, After: []string{"characters", "caller-quits"},
	Rationale: "Anybody can send you anything. A line in another encoding is no reason to end a conversation, and still less the server.",
	Hints:     hintsOtherBytes,
	Causes:    causesOtherBytes(nil),
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		survivesOtherBytes(t, s, s.Dial())
		inTurn(t, s, s.DialAs("next caller"))
	},
}}

// clientTextSteps are the same for the client.
var clientTextSteps = []check.Step{{
	Name: "client-as-it-is", Title: "leaves a line as it is, with its spaces, a tab and a \\r in it", Role: "client", Points: 2, After: []string{"listens"},
	Rationale: "Both programs speak the same protocol: only \\n ends a line, and all that stands in front of it belongs to it.",
	Hints:     hintsAsItIs,
	Causes:    causesAsItIs("client"),
	Run: func(t *check.T) {
		p, c := called(t)
		says(p, c, line(t))
		leavesAsItIs(t, p, c)
	},
}, {
	Name: "client-not-utf8", Title: "survives a line that is not UTF-8", Role: "client", Points: 2, After: []string{"stream", "hears-q"},
	Rationale: "A server can send you anything too, and so can your own keyboard or a file.",
	Hints:     hintsOtherBytes,
	Causes: causesOtherBytes(map[check.Kind]string{
		check.KindNeverEnded: "The line q came next. After it the client is done.",
		check.KindWrongExit:  "The line q came next: that is an orderly end, status 0.",
	}),
	Run: func(t *check.T) {
		p, c := called(t)
		says(p, c, line(t))
		survivesOtherBytes(t, p, c)
		p.ExpectExit()
	},
}}

// What both programs are told: the rules are the same for both.
var (
	hintsAsItIs = []string{
		"What does your program take away from a line, what does it add, and at what does it cut?",
		"Take away the line end and nothing else, and look for no other byte than \\n.",
		"Go: `strings.TrimSuffix(line, \"\\n\")`, not TrimSpace; `fmt.Print(line)`, not Printf. Python: bytes from `makefile(\"rb\")`, `rstrip(b\"\\n\")`, not strip() or splitlines().",
	}
	hintsOtherBytes = []string{
		"Which of your calls turns bytes into text, and what does it do with bytes that are none?",
		"Print the bytes as they are, or decode them in a way that replaces what isn't UTF-8.",
		"Go prints any bytes. Python: `line.decode(errors=\"backslashreplace\")`, or `sys.stdout.buffer.write(line)`; `sys.stdin.buffer.readline()`.",
	}
)

func causesAsItIs(role string) map[check.Kind]string {
	return map[check.Kind]string{
		check.KindWrongOutput:       printedOtherwise,
		check.KindSentSomethingElse: typedOtherwise,
		check.KindSentNothing:       "What was typed did not arrive. Did the " + role + " take a part of a line for a whole one?",
		check.KindSentTooLittle:     "Send all that was typed, to its last space, and a line end behind it.",
		check.KindExitedEarly:       "A line with spaces, a tab, a percent sign, a \\r or a U+2028 ended the " + role + ".",
		check.KindClosedEarly:       "A line with spaces, a tab, a percent sign, a \\r or a U+2028 ended the conversation.",
		check.KindReset:             "A line with spaces, a tab, a percent sign, a \\r or a U+2028 ended the conversation.",
	}
}

// causesOtherBytes returns the causes of both programs and those of one alone.
func causesOtherBytes(own map[check.Kind]string) map[check.Kind]string {
	causes := map[check.Kind]string{
		check.KindExitedEarly:       "Python's decode() raises UnicodeDecodeError on bytes that are not UTF-8. Tell it what to do with them: decode(errors=\"backslashreplace\"). The same for what is typed: sys.stdin decodes too, sys.stdin.buffer doesn't.",
		check.KindReset:             "Bytes that are not UTF-8 ended the conversation. Replace them and go on.",
		check.KindClosedEarly:       "Bytes that are not UTF-8 ended the conversation. Replace them and go on.",
		check.KindWrongOutput:       "Print the line all the same: the ASCII characters in it must be readable.",
		check.KindSentNothing:       "Send what is typed all the same, whatever bytes it has: in Python, read sys.stdin.buffer.",
		check.KindSentTooLittle:     "Send what is typed all the same, whatever bytes it has: in Python, read sys.stdin.buffer.",
		check.KindSentSomethingElse: "Send what is typed all the same, in one line: the ASCII characters in it must arrive.",
		check.KindNeverClosed:       "The line q, which came next, did not end the conversation.",
	}
	maps.Copy(causes, own)
	return causes
}

const (
	printedOtherwise = "Print all of the line: take away the line end alone (strip() and TrimSpace take spaces too), leave tabs in it, don't join what split() has cut, and don't use it as the format of a printf. Only \\n ends it: Python's splitlines() also cuts at \\r and U+2028, and makefile(\"r\") at \\r, unless you give it newline=\"\\n\"."
	typedOtherwise   = "Send what was typed just as it is. Take away the line end alone: strip() and TrimSpace take spaces and tabs too."
)

// leavesAsItIs expects the program to change nothing in what either side says.
// The other side begins.
func leavesAsItIs(t *check.T, p *check.Process, c *check.Conn) {
	spaced := "    " + token(t.Rand()) + "  two spaces,\ta tab, 100%d  "
	c.Send(spaced + "\n")
	p.ExpectPrinted(fmt.Sprintf("the line %q, with all its spaces and the tab", spaced), func(printed string) bool {
		// In a line in quotes, Go and Python write a tab as \t.
		return strings.Contains(printed, spaced) || strings.Contains(printed, strings.ReplaceAll(spaced, "\t", `\t`))
	})
	says(p, c, "\t "+token(t.Rand())+"  two spaces, 100%d,\tand tabs\t ")

	// How a program prints them is its own affair: they may move a cursor.
	first, second, third := token(t.Rand()), token(t.Rand()), token(t.Rand())
	c.Send(first + "\r" + second + "\u2028" + third + "\n")
	p.ExpectPrinted(fmt.Sprintf("%s, %s and %s, which came as one line with a \\r and a U+2028 between them", first, second, third),
		func(printed string) bool { return inOrder(printed, first, second, third) })
	says(p, c, line(t))
}

// survivesOtherBytes has either side say a line that is not UTF-8, and then the
// other say q.
func survivesOtherBytes(t *check.T, p *check.Process, c *check.Conn) {
	before, behind := token(t.Rand()), token(t.Rand())
	c.Send(before + " M\xe4rz \xff\xfe\xe5 " + behind + "\n") // Latin-1, bytes that UTF-8 never has, half a character
	p.ExpectPrinted("a line with "+before+" and "+behind, func(printed string) bool {
		for l := range strings.Lines(printed) {
			if strings.HasSuffix(l, "\n") && inOrder(l, before, behind) {
				return true
			}
		}
		return false
	})
	says(p, c, line(t))
	hears(p, c, line(t))

	before, behind = token(t.Rand()), token(t.Rand())
	p.Input(before + " M\xe4rz " + behind + "\n")
	c.Expect(before + " M")
	c.Settle() // so that all of the line is on its way before q is heard
	c.Send(quit)
	rest := c.ReadAll(1 << 10)
	t.Expect(strings.Index(rest, "\n") == len(rest)-1 && inOrder(rest, "rz ", behind+"\n"),
		check.SentSomethingElse{Role: p.Role, Want: []byte("\xe4rz " + behind + "\n"), Got: []byte(rest)})
}

// inOrder reports whether all of the parts stand in text, one behind the other.
func inOrder(text string, parts ...string) bool {
	for _, part := range parts {
		_, rest, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = rest
	}
	return true
}
