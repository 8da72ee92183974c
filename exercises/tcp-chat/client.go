package tcpchat

import (
	"github.com/learnnet/learnnet/internal/check"
)

var clientSteps = []check.Step{{
	Name: "speaks", Title: "connects and says what is typed", Role: "client", Points: 5,
	Rationale: "Who calls speaks first. What its user types goes to the server as a line.",
	Hints: []string{
		"Whose turn is it when the connection stands? What does your client wait for?",
		"Connect to the address in the first argument, read a line from standard input, and send it with its line end.",
		"Go: `net.Dial(\"tcp\", os.Args[1])`, `keyboard.ReadString('\\n')`, `io.WriteString(conn, line)`. Python: `socket.create_connection((host, int(port)))`, `sys.stdin.buffer.readline()`, `conn.sendall(line)`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected:    "Take host and port from the first argument, and connect before you wait for the keyboard.",
		check.KindExitedEarly:       "With an error, its last lines say why. With status 0, it came to its end without having said anything.",
		check.KindSentNothing:       "A line was typed and did not arrive. The client speaks first: is it waiting for the server? If it has read the line and not sent it, flush the writer: makefile(\"w\") and bufio.NewWriter keep what is written.",
		check.KindSentTooLittle:     "The line end is missing. A line ends with the byte \\n, also on the wire; Python's input() takes it away.",
		check.KindSentSomethingElse: "Send what was typed, with no name in front, and a line end behind it.",
		check.KindClosedEarly:       "The client closed the connection without having said anything.",
	},
	Run: func(t *check.T) {
		p, c := called(t)
		says(p, c, line(t))
	},
}, {
	Name: "listens", Title: "prints the answers, turn by turn", Role: "client", Points: 5, After: []string{"speaks"},
	Rationale: "The client does what the server does, in the other order: say, hear, say, hear.",
	Hints: []string{
		"What does your client do when it has sent its line?",
		"Read a line from the connection, print it on standard output, and begin again with the keyboard.",
		"Go: `for { say(keyboard, conn); hear(lines) }` with one bufio.Reader for each. Python: `while say(conn) and hear(lines): pass`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Print the line on standard output as soon as it is whole, with no name in front.",
		check.KindSentNothing: "After the answer it is your user's turn again. Does the loop read the keyboard in every turn?",
		check.KindExitedEarly: "Only q, or the end of its standard input, ends the client.",
		check.KindClosedEarly: "Only q ends the conversation.",
	},
	Run: func(t *check.T) {
		p, c := called(t)
		for range 4 {
			says(p, c, line(t))
			hears(p, c, line(t))
		}
	},
}, {
	Name: "stream", Title: "finds lines in a stream, 太白 too", Role: "client", Points: 5, After: []string{"listens"},
	Rationale: "A line may come in pieces, cut within a character, and two lines may come at once. The client meets the same stream as the server, and the keyboard is one too.",
	Hints: []string{
		"How does your client know where a line ends? What becomes of the bytes behind that?",
		"Use one buffer for the whole conversation, collect bytes up to the line end, and decode whole lines.",
		"Go: one `bufio.NewReader(conn)` and its `ReadString('\\n')`. Python: one `conn.makefile(\"rb\")` and its `readline()`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Read until the line end, keep what stands behind it for the next turn, and print text, not bytes. The keyboard is a stream as well: one os.read or os.Stdin.Read may return two lines, and they are two turns.",
		check.KindExitedEarly: "Decoding half a character raises UnicodeDecodeError. Decode whole lines, not what a read returns.",
		check.KindSentNothing: "Two lines that come at once are two turns: print the first, let your user speak, print the second. If it was the second of two typed lines that did not arrive, it lies in a buffer: select doesn't know what sys.stdin has read ahead.",
		check.KindClosedEarly: "Only q ends the conversation, however the lines come.",
	},
	Run: func(t *check.T) {
		p, c := called(t)
		says(p, c, line(t))
		word := token(t.Rand())
		c.SendPieces(word+"\xe5", "\xa4\xaa\xe7\x99", "\xbd", "\n")
		p.ExpectLine(word + "太白")
		says(p, c, token(t.Rand())+"太白")
		first, second := line(t), line(t)
		c.Send(first + "\n" + second + "\n")
		p.ExpectLine(first)
		says(p, c, line(t))
		p.ExpectLine(second)
		says(p, c, line(t))
		typesAhead(t, p, c)
	},
}, {
	Name: "client-long-line", Title: "says and hears a line of 100,000 bytes", Role: "client", Points: 3, After: []string{"stream"},
	Rationale: "What holds for the server's lines holds for the client's: only the line end ends them.",
	Hints: []string{
		"Which function reads your lines, from the keyboard and from the connection? Has it a limit?",
		"Collect pieces until the line end comes, and send all of a line.",
		"Go: bufio.Reader has no limit in ReadString, bufio.Scanner has one of 64 KiB. Python: readline and sendall.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput:   "Print all of the line, in one line. Go's bufio.Scanner stops at 64 KiB.",
		check.KindSentNothing:   "The line that was typed never arrived. Go's bufio.Scanner stops at 64 KiB.",
		check.KindSentTooLittle: "Send all of the line: sendall in Python.",
		check.KindExitedEarly:   "A long line ended the client. Go's bufio.Scanner stops at 64 KiB.",
	},
	Run: func(t *check.T) {
		p, c := called(t)
		says(p, c, longLine(t))
		hearsLong(t, p, c)
		says(p, c, line(t))
	},
}, {
	Name: "client-quits", Title: "says q when q is typed, and ends", Role: "client", Points: 3, After: []string{"listens"},
	Rationale: "The server learns from the line q that nobody will speak any more. So does it when your user's input ends.",
	Hints: []string{
		"What does your client do when q is typed? And at the end of its standard input?",
		"Send the line q, close the connection, and end with status 0. Take the end of standard input for a typed q.",
		"Go: `if err != nil { line = \"q\\n\" }` behind ReadString; Python: `line = sys.stdin.buffer.readline() or b\"q\\n\"`. Send it, and then look whether it was q.",
	},
	Causes: map[check.Kind]string{
		check.KindClosedEarly:   "The connection was closed without a word. Send the line q first.",
		check.KindSentNothing:   "Send the line q too. At the end of standard input send it as well.",
		check.KindSentTooLittle: "The line q needs its line end, as any line.",
		check.KindSentTooMuch:   "Send q once, then close the connection.",
		check.KindNeverClosed:   "The line q is the last: close the connection behind it. Compare what was typed by ==, with its line end or without on both sides. If the program did notice q: in Python, close what makefile returned too, and call shutdown first if another thread is in recv.",
		check.KindExitedEarly:   "Send the line q before you end. In Python, input() raises EOFError at the end of standard input.",
		check.KindNeverEnded:    "After q the client is done: let the program end, and don't wait for the server to close.",
		check.KindWrongExit:     "That is an orderly end: status 0.",
		check.KindReset:         "Close the connection in order.",
	},
	Run: func(t *check.T) {
		p, c := called(t)
		says(p, c, "quite "+token(t.Rand()))
		hears(p, c, line(t))
		p.Input(quit)
		c.ExpectAll(quit)
		p.ExpectExit()

		p, c = called(t)
		says(p, c, line(t))
		hears(p, c, line(t))
		p.CloseInput()
		c.ExpectAll(quit)
		p.ExpectExit()
	},
}, {
	Name: "hears-q", Title: "ends when the server says q", Role: "client", Points: 4, After: []string{"stream"},
	Rationale: "The server may end the conversation as well. Then the client closes its end and is done.",
	Hints: []string{
		"What does your client do with the line q, and what with \"quiet\"?",
		"Compare the whole line. At q, close the connection and end with status 0; don't wait for the server to close.",
		"Go: `if line == \"q\\n\" { return nil }`. Python: `if line == b\"q\\n\": break`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverClosed:   "The line q did not end the conversation. What do you compare it with? The line end belongs to the line, and in Python bytes never equal text. If the program did notice q: does it wait for the server to close first, or for the keyboard? A thread that returns closes nothing; in Python, close what makefile returned too.",
		check.KindClosedEarly:   "Only the one small letter q is the end; \"quiet\", \"Q\", \" q\" and an empty line are lines.",
		check.KindSentNothing:   "An empty line is a turn like any other: print it, and let your user speak.",
		check.KindSentTooMuch:   "Who hears q says nothing more: close the connection.",
		check.KindNeverEnded:    "After q the client is done: let the program end, without waiting for the keyboard.",
		check.KindWrongExit:     "That is an orderly end: status 0.",
		check.KindExitedEarly:   "Only the one small letter q is the end; \"quiet\", \"Q\", \" q\" and an empty line are lines. A client that did hear q doesn't wait for the server to close.",
		check.KindReset:         "Only the one small letter q is the end; \"quiet\", \"Q\", \" q\" and an empty line are lines.",
		check.KindWrongOutput:   "Print a line that begins with q like any other, and compare the whole line by ==. It may come in two pieces, the first of which is q.",
		check.KindSentTooLittle: "Send an empty line too: one byte, \\n.",
	},
	Run: func(t *check.T) {
		p, c := called(t)
		says(p, c, line(t))
		word := "uiet " + token(t.Rand())
		c.SendPieces("q", word+"\n")
		p.ExpectLine("q" + word)
		says(p, c, "")
		c.Send("\n")
		says(p, c, line(t))
		almostQuits(t, p, c)
		says(p, c, line(t))
		c.Send(quit)
		c.ExpectEnd()
		p.ExpectExit()
	},
}, {
	Name: "server-vanishes", Title: "says so when the server vanishes", Role: "client", Points: 4, After: []string{"stream"},
	Rationale: "An end without q is no goodbye. Whoever waits for an answer must be told, and a script must see it in the status.",
	Hints: []string{
		"How does your client tell a server that said q from one that crashed?",
		"At the end of the stream, or at an error of read or write, print a sentence on standard error and end with a status other than 0.",
		"Go: `if err != nil { fmt.Fprintln(os.Stderr, \"client: the server has gone:\", err); os.Exit(1) }`. Python: `sys.exit(\"client: the server has gone\")`, also in `except OSError`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "No q was said, so this is no orderly end: the status must not be 0, whether it was a read or a write that failed.",
		check.KindWrongOutput: "Say on standard error, in your own words, what happened. In Python, catch OSError around sending as well: a reset raises ConnectionResetError in the first call that meets it.",
		check.KindNeverEnded:  "At the end of the stream a read returns nothing, at once, again and again. Does your loop notice? If the client waits for its keyboard, it took half a line for a line: readline and bufio.Scanner return it at the end of the stream, without a \\n.",
	},
	Run: func(t *check.T) {
		for _, vanish := range []func(c *check.Conn){
			(*check.Conn).Close,
			func(c *check.Conn) { c.Send("half of " + line(t)); c.Close() },
			(*check.Conn).Abort,
		} {
			p, c := called(t)
			says(p, c, line(t))
			p.MarkStderr()
			vanish(c)
			p.ExpectPoliteFailure("what happened")
		}

		// Gone when it is the client's turn: its next call may be a write, which
		// then fails. A client that listens meanwhile has ended already.
		p, c := called(t)
		says(p, c, line(t))
		hears(p, c, line(t))
		p.MarkStderr()
		c.Abort()
		c.Settle()
		p.Feed(line(t) + "\n")
		p.ExpectPoliteFailure("what happened")
	},
}, {
	Name: "nobody-listens", Title: "says so when nobody listens", Role: "client", Points: 2, After: []string{"speaks"},
	Rationale: "A call that nobody takes is the error that people meet first. It belongs on standard error and in the status.",
	Hints: []string{
		"Start your client without a server. What does it print, and what is its status (`echo $?`)?",
		"connect fails. Print the error on standard error and end with a status other than 0.",
		"Go: `fmt.Fprintln(os.Stderr, \"client:\", err); os.Exit(1)`. Python: `except OSError as error: sys.exit(f\"client: {error}\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Status 0 says that all went well. End with another: os.Exit(1) in Go, sys.exit(\"why\") in Python.",
		check.KindWrongOutput: "Say it on standard error, in your own words: os.Stderr in Go, sys.exit(\"why\") in Python.",
		check.KindNeverEnded:  "Nobody listens there. Say so and end; don't wait for the keyboard, and don't try for ever.",
	},
	Run: func(t *check.T) {
		p := t.Start("client", t.ClosedAddress())
		p.ExpectPoliteFailure("what happened")
	},
}}

// called starts the client and takes its call.
func called(t *check.T) (*check.Process, *check.Conn) {
	l := t.Listen()
	p := t.Start("client", l.Address)
	return p, l.Accept(p)
}
