package sockets

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

var clientSteps = []check.Step{{
	Name: "greets", Title: "says hello! and prints the answer", Role: "client", Points: 15,
	Rationale: "The client begins: it connects to the address it was given and sends just the bytes that were agreed upon. Ending with status 0 says that all went well.",
	Hints: []string{
		"Which calls does the client of the lesson make, and in which order? Which of them is missing here, or in another place?",
		"Connect to the address in the first argument, write the six bytes `hello!` with nothing behind them, read until the server closes, and print what you read as a line.",
		"Go: `conn, err := net.Dial(\"tcp\", os.Args[1])`, `conn.Write([]byte(\"hello!\"))`, `answer, err := io.ReadAll(conn)`, `fmt.Printf(\"%s\\n\", answer)`. Python: `conn = socket.create_connection((host, int(port)))`, `conn.sendall(b\"hello!\")`, `conn.recv(1024)` until it returns `b\"\"`, `print(answer.decode())`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected:    "Take host and port from the first argument.",
		check.KindExitedEarly:       "With an error, its last lines say why: the address is one argument, such as 10.0.0.2:8898, but some calls want host and port apart, and the port as a number. Connection refused means that it went to another address, or that its socket is no TCP socket. With status 0, it came to its end too early.",
		check.KindClosedEarly:       "Write `hello!` before you close, and read the answer after it.",
		check.KindSentNothing:       "What does the client wait for? It is the one who speaks first, and it reads no standard input.",
		check.KindSentSomethingElse: "The greeting is the six bytes `hello!`, in small letters.",
		check.KindSentTooMuch:       "Send the six bytes `hello!` and nothing else. Functions that print a line add a line end.",
		check.KindReset:             "The client closed without reading the answer. Read until the server closes.",
		check.KindNeverClosed:       "When the server has closed, read returns nothing (b\"\" in Python, io.EOF in Go). Then close too.",
		check.KindWrongOutput:       "Print just the answer, on a line of its own with its line end and on standard output, and nothing else there.",
		check.KindNeverEnded:        "When the answer is printed, the client is done: let the program end.",
		check.KindWrongExit:         "All went well, so the status must be 0.",
	},
	Run: func(t *check.T) {
		p, c := hello(t)
		c.Send("hi")
		c.CloseWrite()
		c.ExpectEnd()
		p.ExpectLine("hi")
		p.ExpectExit()
		expectOnlyLine(t, p)
	},
}, {
	Name: "answer-in-pieces", Title: "puts together an answer that comes in pieces", Role: "client", Points: 5, After: []string{"greets"},
	Rationale: "TCP is a stream: what the server wrote at once may arrive in several reads. On a real network that happens when you least expect it.",
	Hints: []string{
		"How often does your client read?",
		"Read again and again and put the pieces together, until a read returns nothing. Only then print.",
		"Go: `io.ReadAll(conn)` does it. Python: `while part := conn.recv(1024): answer += part`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "One read is not one answer, and neither is one line. Read until the server closes, then print all of it just as it is: each character, decoded as UTF-8, and each line end.",
		check.KindExitedEarly: "If its last lines are about decoding: a piece may end in the middle of a character. Put the pieces together before you make text of them.",
		check.KindWrongExit:   "If its last lines are about decoding: a piece may end in the middle of a character. Put the pieces together before you make text of them.",
		check.KindReset:       "The client closed while the answer was still coming. Read until the server closes.",
	},
	Run: func(t *check.T) {
		p, c := hello(t)
		end := letters(t.Rand(), 6)
		long := letters(t.Rand(), 100_000) // more than many a buffer
		c.SendPieces("H", "i 100%d  ", end[:2], end[2:], long)
		c.Close()
		p.ExpectLine("Hi 100%d  " + end + long)
		p.ExpectExit()
		expectOnlyLine(t, p)

		p, c = hello(t)
		first, last := letters(t.Rand(), 6), letters(t.Rand(), 6)
		c.SendPieces(first+" \xe5", "\xa4\xaa", "\n"+last) // 太 comes in two pieces
		c.Close()
		answer := first + " 太\n" + last
		shown := regexp.MustCompile(regexp.QuoteMeta(first) + ` (?:太|\\u592a|\\xe5\\xa4\\xaa)(?:\r?\n|\\n)` + regexp.QuoteMeta(last))
		p.ExpectPrinted(fmt.Sprintf("%q, its line end included", answer), shown.MatchString)
		p.ExpectExit()
	},
}, {
	Name: "no-answer", Title: "tells no answer from a short one", Role: "client", Points: 5, After: []string{"greets"},
	Rationale: "A connection that ends in order is not yet an answer. Who starts the client must not take silence for success.",
	Hints: []string{
		"What does your client read, print and return when the server closes at once?",
		"If nothing was read before the server closed, print an error on standard error and end with a status other than 0.",
		"Go: `if len(answer) == 0 { fmt.Fprintln(os.Stderr, \"no answer\"); os.Exit(1) }`. Python: `if not answer: sys.exit(\"no answer\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Without an answer the status must not be 0. An answer of one byte is one, also if that is a 0 or a blank.",
		check.KindWrongOutput: "Say on standard error that no answer came, and print nothing on standard output then. An answer of one byte is one, also if that is a 0 or a blank.",
		check.KindNeverEnded:  "When the server has closed, every read returns nothing, at once. Does your loop notice?",
	},
	Run: func(t *check.T) {
		p, c := hello(t)
		p.MarkStderr()
		c.Close()
		p.ExpectExitError()
		expectNoAnswer(t, p)

		for _, short := range []string{"0", " "} {
			p, c = hello(t)
			c.Send(short)
			c.Close()
			p.ExpectPrinted(fmt.Sprintf("the line %q", short), func(printed string) bool {
				return strings.HasSuffix(printed, "\n") && strings.Contains(printed, short)
			})
			p.ExpectExit()
		}
	},
}, {
	Name: "nobody-listens", Title: "says so when nobody listens", Role: "client", Points: 5, After: []string{"greets"},
	Rationale: "A refused connection is the error that people meet first. It must be told where people and scripts look for it: on standard error and in the status.",
	Hints: []string{
		"Start your client without a server. What does it print, and where? What is its status (`echo $?`)?",
		"connect fails. Print the error on standard error and end with a status other than 0.",
		"Go: `fmt.Fprintln(os.Stderr, err); os.Exit(1)`. Python: `except OSError as error: sys.exit(f\"client: {error}\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Status 0 says that all went well. End with another: os.Exit(1) in Go, sys.exit(\"why\") in Python.",
		check.KindWrongOutput: "The reason belongs on standard error: os.Stderr in Go, sys.stderr in Python.",
		check.KindNeverEnded:  "Nobody listens there now. Say so and end; don't try again for ever.",
	},
	Run: func(t *check.T) {
		p := t.Start("client", t.ClosedAddress())
		p.ExpectExitError()
		expectNoAnswer(t, p)
	},
}}

// expectOnlyLine expects p, which has printed its answer, to have printed no
// more.
func expectOnlyLine(t *check.T, p *check.Process) {
	t.Expect(strings.Count(p.Stdout(), "\n") == 1, check.WrongOutput{Role: "client", Stream: trace.Stdout,
		Want: "the answer and nothing else", Got: []byte(p.Stdout())})
}

// expectNoAnswer expects p to have printed nothing that could be an answer.
func expectNoAnswer(t *check.T, p *check.Process) {
	t.Expect(!strings.ContainsFunc(p.Stdout(), unicode.IsLetter), check.WrongOutput{Role: "client", Stream: trace.Stdout,
		Want: "nothing: there was no answer", Got: []byte(p.Stdout())})
}

// hello starts the client and plays the server up to the client's greeting.
func hello(t *check.T) (*check.Process, *check.Conn) {
	l := t.Listen()
	p := t.Start("client", l.Address)
	c := l.Accept(p)
	c.Expect("hello!")
	return p, c
}
