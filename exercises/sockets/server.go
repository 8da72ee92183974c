package sockets

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

// maxMessage is the longest message of a client, in bytes.
const maxMessage = 1024

var serverSteps = []check.Step{{
	Name: "answers", Title: "answers hi and closes", Role: "server", Points: 15,
	Rationale: "This is the whole exchange once: listen, accept, read, write, close. All else builds on it.",
	Hints: []string{
		"Which calls does the server of the lesson make, and in which order? Which of them is missing here, or in another place?",
		"Listen on the address in the first argument. Then: accept, read once (at most 1,024 bytes), write the two bytes `hi` with nothing behind them, close the connection.",
		"Go: `conn, err := listener.Accept()`, `n, err := conn.Read(buf)`, `conn.Write([]byte(\"hi\"))`, `conn.Close()`. Python: `conn, peer = listener.accept()`, `conn.recv(1024)`, `conn.sendall(b\"hi\")`, `conn.close()`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     "Take host and port from the first argument. 127.0.0.1 can be reached from its own machine only, and the port is not always 8898.",
		check.KindExitedEarly:       "With an error, its last lines say why: the address is one argument, such as 10.0.0.2:8898, but some calls want host and port apart, and the port as a number. Where accept fails, it was no TCP socket (SOCK_STREAM), or listen was not called. With status 0, it came to its end without having answered.",
		check.KindSentNothing:       "What does the server wait for? The client sends no line end and doesn't close, so reading a line, reading to the end, or reading exactly 1,024 bytes never returns. Read once.",
		check.KindSentSomethingElse: "The answer is the two bytes `hi`, in small letters.",
		check.KindSentTooMuch:       "The answer is the two bytes `hi` and nothing else. Functions that print a line add a line end.",
		check.KindNeverClosed:       "The client reads until the server closes. Close the connection after the answer; the listening socket stays open.",
		check.KindReset:             "The server closed a connection that held bytes it had not read. Read the message first, then answer.",
		check.KindClosedEarly:       "The connection was closed without an answer: write `hi` before you close.",
	},
	Run: func(t *check.T) {
		answers(t.StartServer("server", "tcp"), "hello!")
	},
}, {
	Name: "prints", Title: "prints the message as a line", Role: "server", Points: 10, After: []string{"answers"},
	Rationale: "The bytes that read returns are all the server learns from its client. A printed line shows that they arrived whole.",
	Hints: []string{
		"What does the read give you, and where does it go?",
		"Print the bytes that were read, and only those: the buffer may be larger than the message.",
		"Go: `fmt.Printf(\"%s\\n\", buf[:n])`. Python: `print(message.decode(errors=\"backslashreplace\"))`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Print just the message, on a line of its own with its line end and on standard output, not a fixed text. Don't print the rest of the buffer behind it. If nothing was printed, it may be in a buffer still: a line must be out before the next client is served (in C: fflush).",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		message := "hello from " + letters(t.Rand(), 8)
		answers(s, message)
		s.ExpectLine(message)
	},
}, {
	Name: "next-client", Title: "serves one client after another", Role: "server", Points: 10, After: []string{"prints"},
	Rationale: "A server outlives its clients. The listening socket stays open, and accept is called again for each of them.",
	Hints: []string{
		"What does your server do when its first client is done?",
		"Put accept and what follows it into a loop that never ends. Listen once, before the loop, and close only the connection.",
		"Go: `for { conn, err := listener.Accept(); …; serve(conn) }`. Python: `while True: conn, peer = listener.accept(); serve(conn)`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "After its first client the server must go back to accept and not end. It doesn't read its standard input either, and here that has ended.",
		check.KindRefused:     "Close the connection after each client, not the listening socket.",
		check.KindSentNothing: "The next client sits in the kernel's queue. Does the server go back to accept? With threads, has each its own connection?",
		check.KindReset:       "Close the connection after each client, not the listening socket.",
		check.KindWrongOutput: "Each client has a message of its own, and each message is a line: begin with an empty one for each.",
	},
	Run: nextClient,
}, {
	Name: "any-message", Title: "takes any message of up to 1,024 bytes", Role: "server", Points: 10, After: []string{"prints"},
	Rationale: "A socket carries bytes, and a stranger chooses which and how many. A server that takes them for short text can be stopped by anybody.",
	Hints: []string{
		"How large is the buffer you read into? Which of your calls turns bytes into text, and what does it do with bytes that are no text?",
		"Read up to 1,024 bytes at once. Print the bytes as they are, or decode them in a way that replaces what isn't UTF-8.",
		"Go: `buf := make([]byte, 1024)`, and `%s` prints any bytes. Python: `conn.recv(1024)`, `message.decode(errors=\"backslashreplace\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindReset:       "The read took only a part of the message, and closing threw the rest away. A message may have 1,024 bytes: make the buffer as large.",
		check.KindExitedEarly: "Python's decode() raises UnicodeDecodeError on bytes that are not UTF-8. Tell it what to do with them: decode(errors=\"backslashreplace\").",
		check.KindClosedEarly: "This message got no answer. Only a read of no bytes is no message: a blank, a zero or bytes that are no text are messages. Python's decode() raises UnicodeDecodeError on bytes that are not UTF-8; tell it what to do with them: decode(errors=\"backslashreplace\").",
		check.KindSentNothing: "This message got no answer. It may be one byte long, and that need not be a whole character.",
		check.KindWrongOutput: "Print all of the message, and nothing of the one before: no part of it cut off, every space, capital and percent sign kept (Go: Println, or Printf with a pattern of its own), something in the place of each character, and the ASCII characters readable whatever stands between them, a zero byte too (C: fwrite).",
	},
	Run: anyMessage,
}, {
	Name: "silent-client", Title: "lets a client go that says nothing", Role: "server", Points: 10, After: []string{"next-client"},
	Rationale: "A read of no bytes is not a message: it says that the peer will send no more. Every server meets such clients, port scanners for one.",
	Hints: []string{
		"What does read return when the client closes without a word?",
		"Look whether anything was read before you print and answer. If not, close this connection and accept the next.",
		"Go: `n, err := conn.Read(buf)` returns `0, io.EOF`. Python: `conn.recv(1024)` returns `b\"\"`, so `if not message: return`.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "Nothing was asked, so nothing is to be answered. Read first, and answer only if the read returned something.",
		check.KindExitedEarly:       "A read of no bytes ends this one connection and must not end the server, by an error or by leaving the loop.",
		check.KindNeverClosed:       "When the read returns nothing, the client is done: close the connection. Reading again returns nothing again.",
	},
	Run: silentClient,
}, {
	Name: "vanishing-clients", Title: "survives clients that vanish", Role: "server", Points: 5, After: []string{"next-client"},
	Rationale: "Clients crash and networks break. Read and write then fail, and that must cost this one client only.",
	Hints: []string{
		"Which calls can fail once a client has gone? What does your program do when they fail?",
		"Handle the errors of read and write where you talk to one client, close that connection, and go on with the next.",
		"Go: return the error from the function that serves one client, log it, and go on with the loop. Python: `try: … except ConnectionError: …` inside the loop.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "Reading from or writing to a client that has gone fails (ECONNRESET, EPIPE). Catch that inside the loop, for this client alone.",
	},
	Run: vanishingClients,
}, {
	Name: "many-clients", Title: "closes every connection", Role: "server", Points: 5, After: []string{"silent-client", "vanishing-clients"},
	Rationale: "A connection holds a descriptor until it is closed, and a program gets a limited number of them. One that forgets a few runs for a day, or for a week.",
	Hints: []string{
		"On which way through your server is a connection not closed? Think of the clients that say nothing, and of those that are gone.",
		"Close each connection, whatever came of it. Shutting it down is not enough: the descriptor stays.",
		"Go: `defer conn.Close()` in the function that serves one client. Python: `with conn:`, or `finally: conn.close()`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "Are its last lines about too many open files? It may have 48 here. Close every connection, also of a client that said nothing or is gone; shutdown alone keeps the descriptor.",
		check.KindSentNothing: "Has the server a descriptor left for this client? It may have 48 open files here. Close every connection, also of a client that said nothing or is gone; shutdown alone keeps the descriptor.",
		check.KindClosedEarly: "Has the server a descriptor left for this client? It may have 48 open files here. Close every connection, also of a client that said nothing or is gone.",
	},
	Run: manyClients,
}, {
	Name: "address-in-use", Title: "says so when the address is in use", Role: "server", Points: 5, After: []string{"prints"},
	Rationale: "Two programs can't listen on one address. Whoever starts the second must see why it doesn't run, and a script must see it in its status.",
	Hints: []string{
		"Start your server twice with the same address. What do you see, and what is the second one's status?",
		"bind, or the call that contains it, fails. Print the error on standard error and end with a status other than 0.",
		"Go: `fmt.Fprintln(os.Stderr, err); os.Exit(1)`. Python: `except OSError as error: sys.exit(f\"server: {error}\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Status 0 says that all went well. End with another: os.Exit(1) in Go, sys.exit(\"why\") in Python.",
		check.KindWrongOutput: "The reason belongs on standard error: os.Stderr in Go, sys.stderr in Python.",
		check.KindNeverEnded:  "Two servers must not share one address. Leave SO_REUSEPORT away (and, on Windows, SO_REUSEADDR), and don't try again for ever.",
	},
	Run: func(t *check.T) {
		first := t.StartServer("server", "tcp")
		second := t.Start("server", first.Address)
		second.ExpectExitError()
		// Not only what every start says.
		said := second.Stderr()
		for line := range strings.Lines(first.Stderr()) {
			said = strings.ReplaceAll(said, line, "")
		}
		t.Expect(strings.ContainsFunc(said, unicode.IsLetter), check.WrongOutput{Role: "server", Stream: trace.Stderr,
			Want: "why it can't listen", Got: []byte(second.Stderr())})
		answers(first, "still there, "+letters(t.Rand(), 8)+"?")
	},
}}

// answers plays a client that does everything right.
func answers(server *check.Process, message string) {
	c := server.Dial()
	c.Send(message)
	c.ExpectAll("hi")
}

// expectLine waits until the server has printed a whole line that ok accepts.
// A server that logs, or serves several clients at once, may put other things
// into that line.
func expectLine(server *check.Process, want string, ok func(line string) bool) {
	server.ExpectPrinted(want, func(printed string) bool {
		for line := range strings.Lines(printed) {
			if strings.HasSuffix(line, "\n") && ok(line) {
				return true
			}
		}
		return false
	})
}

// A server that keeps connections, even those that it has shut down, runs out of
// files here.
const (
	openFiles = 48
	clients   = 10 * openFiles / 3
)

func nextClient(t *check.T) {
	s := t.StartServer("server", "tcp")
	s.CloseInput()
	message := "hello from " + letters(t.Rand(), 8)
	for range 2 {
		answers(s, message)
	}
	s.ExpectPrinted(fmt.Sprintf("%q twice", message), func(printed string) bool { return strings.Count(printed, message) >= 2 })
	for range 8 {
		message := "hello from " + letters(t.Rand(), 8)
		answers(s, message)
		s.ExpectLine(message)
	}
	// The second is there before the first speaks.
	first, second := s.DialAs("first client"), s.DialAs("second client")
	second.Settle()
	first.Send(message)
	first.ExpectAll("hi")
	second.Send(message)
	second.ExpectAll("hi")
}

func manyClients(t *check.T) {
	t.LimitOpenFiles(openFiles)
	s := t.StartServer("server", "tcp")
	for i := range clients {
		switch i % 3 {
		case 1:
			c := s.DialAs("silent client")
			c.CloseWrite()
			c.ReadAll(maxMessage)
		case 2:
			c := s.DialAs("resetting client")
			c.Send("hello!")
			c.Abort()
		default:
			c := s.Dial()
			c.Send("hello!")
			c.ExpectAll("hi")
			c.Close() // some servers keep the descriptor until then
		}
	}
}

func anyMessage(t *check.T) {
	s := t.StartServer("server", "tcp")
	long := letters(t.Rand(), maxMessage)
	answers(s, long)
	expectLine(s, "a line with all 1,024 bytes of the message", func(line string) bool {
		return strings.Contains(line, long)
	})

	// Neither a pattern for printf nor words to be taken apart, put in small
	// letters or laid over the message before.
	literal := "  " + letters(t.Rand(), 6) + "  100%d  Hello, " + letters(t.Rand(), 6) + "!  "
	answers(s, literal)
	expectLine(s, fmt.Sprintf("a line with %q and nothing of the message before", literal), func(line string) bool {
		return strings.Contains(line, literal) && !strings.Contains(line, long[maxMessage/2:][:40])
	})

	between := func(what string) {
		before, behind := letters(t.Rand(), 6), letters(t.Rand(), 6)
		answers(s, before+what+behind)
		expectLine(s, fmt.Sprintf("a line with %q, %q in some form, and %q", before, what, behind), func(line string) bool {
			_, rest, ok := strings.Cut(line, before)
			shown, _, found := strings.Cut(rest, behind)
			return ok && found && shown != ""
		})
	}
	between("\xff\xfe\xc3") // bytes that UTF-8 never has, and half a character
	between("\x00")
	between("太白")

	one, two := letters(t.Rand(), 6), letters(t.Rand(), 6)
	answers(s, one+"\n"+two)
	s.ExpectPrinted(fmt.Sprintf("%q and %q, which a line end parts", one, two), func(printed string) bool {
		_, rest, ok := strings.Cut(printed, one)
		return ok && strings.Contains(rest, two)
	})

	// What a program may take for nothing, and what is no whole character.
	for _, short := range []string{"x", "0", " ", "\n", "\x00", "\xc3", "\xff\xfe"} {
		answers(s, short)
	}
	answers(s, "hello from "+letters(t.Rand(), 8))
}

func silentClient(t *check.T) {
	s := t.StartServer("server", "tcp")
	silent := s.DialAs("silent client")
	silent.CloseWrite() // and goes on reading, to see what comes
	got := silent.ReadAll(maxMessage)
	t.Expect(got == "", check.SentSomethingElse{Role: "server", Got: []byte(got)})
	answers(s, "hello from "+letters(t.Rand(), 8))
}

func vanishingClients(t *check.T) {
	s := t.StartServer("server", "tcp")
	// A server that takes one client at a time waits for the first one's
	// message while the second comes and goes: reading fails with the first,
	// writing with the second.
	first, second := s.DialAs("first client"), s.DialAs("second client")
	second.Send("hello from " + letters(t.Rand(), 8))
	second.Abort()
	first.Abort()

	third := s.DialAs("third client")
	third.Send("hello from " + letters(t.Rand(), 8))
	third.Close()

	// Once more, but the second ends its direction before it is gone: writing
	// then fails with EPIPE instead of ECONNRESET.
	first, second = s.DialAs("fourth client"), s.DialAs("fifth client")
	second.Send("hello from " + letters(t.Rand(), 8))
	second.CloseWrite()
	second.Abort()
	first.Abort()

	answers(s, "hello from "+letters(t.Rand(), 8))
}

// letters returns n letters drawn by chance.
func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}
