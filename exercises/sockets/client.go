package sockets

import (
	"github.com/learnnet/learnnet/internal/check"
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
		check.KindExitedEarly:       "With an error, its last lines say why: the address is one argument, such as 10.0.0.2:8898, but some calls want host and port apart, and the port as a number. With status 0, it came to its end without having said hello.",
		check.KindClosedEarly:       "Write `hello!` before you close, and read the answer after it.",
		check.KindSentNothing:       "What does the client wait for? It is the one who speaks first, and it reads no standard input.",
		check.KindSentSomethingElse: "The greeting is the six bytes `hello!`, in small letters.",
		check.KindSentTooMuch:       "Send the six bytes `hello!` and nothing else. Functions that print a line add a line end.",
		check.KindReset:             "The client closed without reading the answer. Read until the server closes.",
		check.KindNeverClosed:       "When the server has closed, read returns nothing (b\"\" in Python, io.EOF in Go). Then close too.",
		check.KindWrongOutput:       "Print just the answer, on a line of its own and on standard output.",
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
		check.KindWrongOutput: "One read is not one answer. Read until the server closes, then print all of it as one line.",
		check.KindReset:       "The client closed while the answer was still coming. Read until the server closes.",
	},
	Run: func(t *check.T) {
		p, c := hello(t)
		end := letters(t.Rand(), 6)
		long := letters(t.Rand(), 3000) // more than many a buffer
		c.SendPieces("h", "i ", end[:2], end[2:], long)
		c.Close()
		p.ExpectLine("hi " + end + long)
		p.ExpectExit()
	},
}, {
	Name: "no-answer", Title: "says so when no answer comes", Role: "client", Points: 5, After: []string{"greets"},
	Rationale: "A connection that ends in order is not yet an answer. Who starts the client must not take silence for success.",
	Hints: []string{
		"What does your client read, print and return when the server closes at once?",
		"If nothing was read before the server closed, print an error on standard error and end with a status other than 0.",
		"Go: `if len(answer) == 0 { fmt.Fprintln(os.Stderr, \"no answer\"); os.Exit(1) }`. Python: `if not answer: sys.exit(\"no answer\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "There was no answer, so the status must not be 0.",
		check.KindWrongOutput: "Say on standard error that no answer came.",
		check.KindNeverEnded:  "When the server has closed, every read returns nothing, at once. Does your loop notice?",
	},
	Run: func(t *check.T) {
		p, c := hello(t)
		p.MarkStderr()
		c.Close()
		p.ExpectExitError()
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
		t.Start("client", t.ClosedAddress()).ExpectExitError()
	},
}}

// hello starts the client and plays the server up to the client's greeting.
func hello(t *check.T) (*check.Process, *check.Conn) {
	l := t.Listen()
	p := t.Start("client", l.Address)
	c := l.Accept(p)
	c.Expect("hello!")
	return p, c
}
