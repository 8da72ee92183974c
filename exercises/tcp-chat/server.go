package tcpchat

import (
	"github.com/learnnet/learnnet/internal/check"
)

// serverSteps are about the talk itself.
var serverSteps = []check.Step{{
	Name: "hears", Title: "prints what its caller says", Role: "server", Points: 6,
	Rationale: "The caller speaks first. Listen, accept, read a line, print it: the first turn of every conversation.",
	Hints: []string{
		"Which calls does it take until the caller's line is on your screen? Which of them waits for what?",
		"Listen on the address in the first argument, accept, read up to the line end, and print the line on standard output.",
		"Go: `lines := bufio.NewReader(conn)`, `line, err := lines.ReadString('\\n')`, `fmt.Print(line)`. Python: `lines = conn.makefile(\"rb\")`, `line = lines.readline()`, `sys.stdout.buffer.write(line)` and `flush()`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened: "Take host and port from the first argument. 127.0.0.1 can be reached from its own machine only, and the port is not always 8899.",
		check.KindExitedEarly:   "With an error, its last lines say why. With status 0, it came to its end without having printed the caller's line.",
		check.KindWrongOutput:   "Print the line on standard output as soon as it is whole, with no name in front. What does the server wait for? The caller keeps its connection open, so reading to the end never returns, and the caller speaks first.",
		check.KindReset:         "The server closed the connection and had not read what the caller said.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		hears(s, s.Dial(), line(t))
	},
}, {
	Name: "answers", Title: "sends what is typed, as a line", Role: "server", Points: 6, After: []string{"hears"},
	Rationale: "The second turn is the server's: what its user types goes to the caller, with the line end that tells where it ends.",
	Hints: []string{
		"What does your server do between two lines of the caller?",
		"Read a line from standard input and send it with a line end behind it.",
		"Go: `keyboard := bufio.NewReader(os.Stdin)` once, then `line, err := keyboard.ReadString('\\n')` and `io.WriteString(conn, line)`. Python: `line = sys.stdin.buffer.readline()`, `conn.sendall(line)`.",
	},
	Causes: map[check.Kind]string{
		check.KindSentNothing:       "Something was typed and did not arrive. Does the server read its standard input when it has printed the caller's line? If it does, the line lies in a buffer of its own: a writer made with makefile(\"w\") or bufio.NewWriter sends when you flush it.",
		check.KindSentTooLittle:     "The line end is missing. A line ends with the byte \\n, also on the wire; Python's input() takes it away.",
		check.KindSentSomethingElse: "Send what was typed, with no name in front, and a line end behind it.",
		check.KindClosedEarly:       "The server closed the connection instead of answering. One line is not the end of the conversation.",
		check.KindExitedEarly:       "The server ended instead of answering.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		inTurn(t, s, s.Dial())
	},
}, {
	Name: "turns", Title: "goes on talking, turn by turn", Role: "server", Points: 4, After: []string{"answers"},
	Rationale: "A conversation has more than one exchange.",
	Hints: []string{
		"What does your server do after its first answer?",
		"Put hearing and saying into a loop. Accept stands outside of it.",
		"Go: `for { line, err := lines.ReadString('\\n'); …; typed, err := keyboard.ReadString('\\n'); … }`. Python: `while hear(lines) and say(conn): pass`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "After its answer it is the caller's turn again: read the next line from the same connection. A server that calls accept again waits for somebody else.",
		check.KindClosedEarly: "The server closed the connection after one exchange. Only q ends a conversation.",
		check.KindReset:       "The server closed the connection after one exchange. Only q ends a conversation.",
		check.KindExitedEarly: "The server ended after one exchange. Only q ends a conversation, and nothing but its standard input's end ends the server.",
		check.KindSentNothing: "The second answer did not arrive. Does your loop read the keyboard again in every turn, and flush what it writes?",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		for range 4 {
			inTurn(t, s, c)
		}
	},
}}
