package tcpchat

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
)

// endSteps are about how a conversation ends, and what comes next.
var endSteps = []check.Step{{
	Name: "caller-quits", Title: "lets a caller go who says q, and takes the next", Role: "server", Points: 5, After: []string{"turns"},
	Rationale: "The end of a conversation is not the end of the service: the server goes back to accept.",
	Hints: []string{
		"What does your server do when the line is `q`? And what does it do after that?",
		"Leave the loop of turns, close the connection, and go on with the loop that accepts. Don't send anything more.",
		"Go: `if line == \"q\\n\" { return }` in the function that talks, with `defer conn.Close()`. Python: `if line == b\"q\\n\": break`, inside of `with conn:`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverClosed:   "The line `q` did not end the conversation. What do you compare it with? The line end belongs to the line; in Python, bytes never equal text (b\"q\" == \"q\" is False), and `is` is not `==`. If the server did notice q: does it wait for the caller to close first? Who hears q closes at once. In Python, close what makefile returned too; after a fork, in both processes.",
		check.KindSentTooMuch:   "Who hears q says nothing more, not even q: close the connection.",
		check.KindExitedEarly:   "q ends the conversation and not the server. Put accept into a loop.",
		check.KindRefused:       "Close the connection, not the listening socket.",
		check.KindWrongOutput:   "The next caller has spoken. Does the server go back to accept, and begin with an empty buffer? If it was a line with q right behind it: print the line first, and find q as the next one.",
		check.KindSentNothing:   "What was typed did not reach the second caller. Does something of the first conversation, a thread perhaps, still wait for the keyboard, and take the line?",
		check.KindSentTooLittle: "What was typed did not reach the second caller whole.",
		check.KindReset:         "The server closed a connection and had not read all of what the caller said.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		for _, name := range []string{"first caller", "second caller", "third caller"} {
			c := s.DialAs(name)
			inTurn(t, s, c)
			c.Send(quit)
			c.ExpectEnd()
		}

		// q right behind a line waits for its turn, as any second line does. A
		// server in which both may talk has heard it by then, and drops what is
		// typed or keeps it for the next caller.
		c := s.DialAs("caller in a hurry")
		last, typed := line(t), line(t)
		c.Send(last + "\n" + quit)
		s.ExpectLine(last)
		s.Input(typed + "\n")
		got := c.ReadAll(1 << 10)
		t.Expect(got == "" || got == typed+"\n", check.SentTooMuch{Role: "server", Want: []byte(typed + "\n"), Got: []byte(got)})
		hears(s, s.DialAs("fifth caller"), line(t))
	},
}, {
	Name: "server-quits", Title: "says q when q is typed, closes, and takes the next", Role: "server", Points: 5, After: []string{"caller-quits"},
	Rationale: "Either side may end the conversation. The other learns it from the line q, so that it can tell a goodbye from a crash.",
	Hints: []string{
		"What happens in your program when somebody types q at the server?",
		"Send the line q like any other, then close the connection and go back to accept.",
		"Compare what was typed, and nothing that you have put in front of it: `typed == \"q\\n\"` in Go, `typed == b\"q\\n\"` in Python. Python's `is` compares identity.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverClosed:   "q was sent, and the connection stayed open. Compare what was typed with q by ==, before anything, such as a name, is put in front of it. If the program did notice q: in Python, close what makefile returned too; close() in one thread does nothing while another is in recv, so call shutdown first.",
		check.KindClosedEarly:   "The connection was closed without a word. Send the line q first, so that the caller knows that it was no accident.",
		check.KindSentNothing:   "Send the line q too, then close.",
		check.KindSentTooLittle: "The line q needs its line end, as any line.",
		check.KindExitedEarly:   "q ends the conversation and not the server.",
		check.KindRefused:       "Close the connection, not the listening socket.",
		check.KindWrongOutput:   "The next caller has spoken. Does the server go back to accept?",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		for _, name := range []string{"first caller", "second caller"} {
			c := s.DialAs(name)
			hears(s, c, line(t))
			s.Input(quit)
			c.ExpectAll(quit)
		}
		inTurn(t, s, s.DialAs("third caller"))
	},
}, {
	Name: "no-end", Title: "goes on after an empty line, and after one that only begins with q", Role: "server", Points: 4, After: []string{"pieces", "caller-quits"},
	Rationale: "Only the line q ends a conversation. An empty line is a line of one byte, \\n; the end of the stream has none.",
	Hints: []string{
		"Which lines does your program take for the end? Try an empty one, and one such as \"quite\".",
		"Compare the whole line, once it is whole. Look at emptiness before you take the line end away: only then does it mean the end of the stream.",
		"Go: the error of ReadString tells of the end, not an empty string. Python: `readline()` returns b\"\" at the end and b\"\\n\" for an empty line.",
	},
	Causes: map[check.Kind]string{
		check.KindClosedEarly:   "The server took that line for the end. Only the one small letter q is: \"Q\" and \" q\" are lines, as an empty one is, and \"quite\" is a word.",
		check.KindReset:         "The server took that line for the end. Only the one small letter q is: \"Q\" and \" q\" are lines, as an empty one is, and \"quite\" is a word.",
		check.KindSentNothing:   "The server does nothing with that line. An empty line is a turn like any other: print it, and let the other side speak; what is typed is sent, even if it is only a line end.",
		check.KindSentTooMuch:   "One line was typed, and more came.",
		check.KindExitedEarly:   "That line ended the server.",
		check.KindWrongOutput:   "Print a line that begins or ends with q like any other: compare the whole line by ==. It may come in two pieces, the first of which is q.",
		check.KindSentTooLittle: "Send an empty line too: one byte, \\n. Without it the other side waits for ever.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		hears(s, c, "quite "+token(t.Rand()))
		says(s, c, "quite "+token(t.Rand()))
		c.Send("\n")
		says(s, c, "")
		word := "uiet " + token(t.Rand())
		c.SendPieces("q", word+"\n")
		s.ExpectLine("q" + word)
		says(s, c, line(t))
		almostQuits(t, s, c)
	},
}, {
	Name: "next-waits", Title: "lets others wait, and takes them in their order", Role: "server", Points: 5, After: []string{"caller-quits"},
	Rationale: "One server, one keyboard, one caller at a time. The next one's connection stands in the kernel's queue, with what it has said, until accept takes it.",
	Hints: []string{
		"What does your server do when somebody calls while another is talking?",
		"Nothing: the kernel takes the call and keeps it (listen(2), the backlog). Accept the next caller when the conversation is over, and keep the listening socket open meanwhile.",
		"One loop that accepts, and in it one call of the function that talks: no threads, no goroutines, one caller after another.",
	},
	Causes: map[check.Kind]string{
		check.KindRefused:           "Keep the listening socket open while you talk: the kernel takes the next caller for you. On Windows it refuses whom the backlog, the argument of listen, has no room for.",
		check.KindTimedOut:          "The kernel didn't take the call. Is there room for two who wait in the backlog, the argument of listen?",
		check.KindAssertion:         "Serve one caller at a time: accept the next only when the conversation is over. Two at once share one keyboard, and nobody knows who is answered.",
		check.KindSentNothing:       "An answer went to nobody, or to the wrong caller. Accept the next caller only when the conversation is over.",
		check.KindSentSomethingElse: "A caller got what was meant for another.",
		check.KindWrongOutput:       "The caller that waited is not served. After q, go back to accept; its line is there already. Take them in the order in which they called, and print what one has said who hung up meanwhile.",
		check.KindClosedEarly:       "A caller that waited was sent away. Accept one after another, and talk to each.",
		check.KindReset:             "A caller that waited was sent away. Accept one after another, and talk to each.",
		check.KindNeverClosed:       "A caller said q. Close its connection, and take the next.",
		check.KindExitedEarly:       "A caller waits, and the server ended. Go back to accept after each conversation.",
	},
	Run: othersWait,
}, {
	Name: "vanishing", Title: "outlives callers that vanish", Role: "server", Points: 5, After: []string{"caller-quits"},
	Rationale: "Not everybody says q. Programs crash in the middle of a line, and networks break in the middle of a word.",
	Hints: []string{
		"What do your calls return, or raise, when the caller is gone? What happens to the half of a line that came before?",
		"The end of the stream and an error of read or write end this conversation only: close, forget what was read, and accept the next.",
		"Go: return on every err from the function that talks. Python: `if not line.endswith(b\"\\n\"): break` behind readline, and `except OSError` around the conversation, inside the accept loop.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "A caller that had gone took the server with it. Reading or writing then fails (ECONNRESET, EPIPE): catch that inside the accept loop. In Python, OSError covers both: ConnectionResetError and BrokenPipeError.",
		check.KindWrongOutput:       "Half a line of a caller that has gone is no line, and no beginning of the next caller's: begin every conversation with an empty buffer. If the server waits for its keyboard, it took the half for a line, and wants to answer somebody who has gone: readline and bufio.Scanner return it at the end of the stream, without a \\n.",
		check.KindSentSomethingElse: "The next caller got something else than what was typed for it.",
		check.KindRefused:           "Close the connection, not the listening socket.",
		check.KindNeverClosed:       "The server does not get around to the q that was typed for this caller.",
		check.KindReset:             "The server reset the next caller's connection.",
	},
	Run: callersVanish,
}, {
	Name: "input-ends", Title: "says q and ends when its standard input ends", Role: "server", Points: 2, After: []string{"server-quits"},
	Rationale: "When nobody can type any more (Ctrl-D, or the end of a file), there is nobody to talk to. Its caller is told so, in order.",
	Hints: []string{
		"What does reading the keyboard return, or raise, at the end of standard input?",
		"Take the end for a typed q: send it, close the connection, and end the program with status 0.",
		"Go: ReadString returns io.EOF. Python: `sys.stdin.buffer.readline()` returns b\"\"; input() raises EOFError.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:   "Send the line q before you end. In Python, input() raises EOFError at the end.",
		check.KindClosedEarly:   "Send the line q before you close the connection.",
		check.KindReset:         "Close the connection in order, with the line q.",
		check.KindSentNothing:   "Standard input has ended: take it for a typed q.",
		check.KindSentTooMuch:   "At the end of the input reading returns nothing, again and again. Send q once and leave the loop.",
		check.KindNeverClosed:   "Close the connection behind the q.",
		check.KindNeverEnded:    "Nobody can type any more, so don't accept another caller: end the program.",
		check.KindWrongExit:     "That is an orderly end: status 0.",
		check.KindSentTooLittle: "The line q needs its line end, as any line.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		inTurn(t, s, c)
		hears(s, c, line(t))
		s.CloseInput()
		c.ExpectAll(quit)
		s.ExpectExit()
	},
}}

// othersWait has two callers wait, of whom the second says goodbye before it is
// served: what it said is heard all the same.
func othersWait(t *check.T) {
	s := t.StartServer("server", "tcp")
	first := s.DialAs("first caller")
	hears(s, first, line(t))
	second, third := s.DialAs("second caller"), s.DialAs("third caller")
	stays, leaves := line(t), line(t)
	second.Send(stays + "\n")
	third.Send(leaves + "\n" + quit)
	third.Close()
	second.Settle() // a server that talks to all has printed it by now
	expectUnheard(t, s, stays)
	expectUnheard(t, s, leaves)
	says(s, first, line(t))
	inTurn(t, s, first)
	first.Send(quit)
	first.ExpectEnd()
	s.ExpectLine(stays)
	says(s, second, line(t))
	inTurn(t, s, second)
	expectUnheard(t, s, leaves)
	second.Send(quit)
	second.ExpectEnd()
	s.ExpectLine(leaves)
}

// expectUnheard expects the server not to have printed the line of a caller
// whose turn it isn't yet.
func expectUnheard(t *check.T, s *check.Process, line string) {
	t.Expect(!strings.Contains(s.Stdout(), line), check.Assertion{Messages: []string{fmt.Sprintf(
		"the server printed %q, which a caller said that was to wait, while it was talking to another", line)}})
}

func callersVanish(t *check.T) {
	s := t.StartServer("server", "tcp")
	s.DialAs("silent caller").Close()
	half := s.DialAs("caller with half a line")
	half.Send("half of " + line(t))
	half.Close()
	crashed := s.DialAs("caller that crashes")
	crashed.Send("half of " + line(t))
	crashed.Abort()
	vanishesInTurn(t, s)
	closesInTurn(t, s)
}

// vanishesInTurn has a caller be gone when it is the server's turn: a server
// that waits for its keyboard can't know it yet, and one that knows may keep for
// the next caller what was typed, or not.
func vanishesInTurn(t *check.T, s *check.Process) {
	gone := s.DialAs("caller that does not wait for an answer")
	hears(s, gone, line(t))
	gone.Abort()
	unheard := line(t)
	s.Input(unheard + "\n")

	next := s.DialAs("next caller")
	hears(s, next, line(t))
	answer := line(t)
	s.Input(answer + "\n")
	hears(s, next, line(t))
	s.Input(quit)
	next.Settle()
	// A server that kept a line and takes turns has said both and hears now:
	// it reads q in its next turn, which doesn't come.
	next.CloseWrite()
	got := next.ReadAll(1 << 10)
	t.Expect(strings.TrimSuffix(strings.TrimPrefix(got, unheard+"\n"), quit) == answer+"\n",
		check.SentSomethingElse{Role: "server", Want: []byte(answer + "\n" + quit), Got: []byte(got)})
}

// closesInTurn has a caller say two lines and hang up in order when it is the
// server's turn. The kernel then takes what is written first, learns from the
// answer, RST, that nobody is there, and refuses the second write with another
// error than that of a crash: EPIPE.
func closesInTurn(t *check.T, s *check.Process) {
	gone := s.DialAs("caller that hangs up")
	first := line(t)
	gone.Send(first + "\n" + line(t) + "\n")
	s.ExpectLine(first)
	gone.CloseWrite() // the FIN goes now; by Close alone it may go a moment later, and be a RST if the server has written by then
	gone.Close()
	s.Input(line(t) + "\n")
	gone.Settle() // so that RST has arrived; a right server doesn't depend on it
	s.Input(line(t) + "\n")
	hears(s, s.DialAs("last caller"), line(t))
}
