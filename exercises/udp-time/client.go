package udptime

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

var clientSteps = []check.Step{{
	Name: "asks", Title: "asks and prints the answer", Role: "client", Points: 8,
	Rationale: "One datagram there, one back: the smallest conversation there is.",
	Hints: []string{
		"Does your client wait for the answer before it ends?",
		"Send the format's bytes and nothing else in one datagram, receive one datagram, print it as a line.",
		"Go: socket.Write([]byte(format)), n, err := socket.Read(buffer), fmt.Println(string(buffer[:n])). Python: sock.send(format.encode()), print(sock.recv(65535).decode()).",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected:    "No datagram came. Send the format, as it is, to the address in the first argument.",
		check.KindExitedEarly:       "The client ended without a question. Its last lines above say why.",
		check.KindSentSomethingElse: "Send the bytes of the second argument just as they are, without a line end.",
		check.KindWrongOutput:       "Print the whole answer, which may be long and in any script, as a line on standard output, and nothing else there: what the server says is the time, whatever your own clock says.",
		check.KindNeverEnded:        "The answer is there: print it and end.",
		check.KindWrongExit:         "With an answer printed the status is 0.",
	},
	Run: func(t *check.T) {
		r := t.ListenUDP()
		format := anyFormat(t.Rand())
		p := t.Start("client", r.Address, format)
		d := r.Receive(p)
		expectQuestion(t, d, format)
		reply(t, r, d, token(t.Rand())+strings.Repeat(" 年 and more", 100), p)
	},
}, {
	Name: "default-format", Title: "asks as it is told, or for date and time", Role: "client", Points: 3, After: []string{"asks"},
	Rationale: "A program that can be used without reading its manual gets used. And one that changes what it is given can't be used for all that the server knows.",
	Hints: []string{
		"What does your client send if it is called with an address alone? And if the format is there, but empty?",
		"Look at the number of arguments before you take the second, and not at what is in it.",
		"The format is %Y-%m-%d %H:%M:%S unless there is a second argument. Only an answer that begins with \"error: \" is an error.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "The format is optional, and may be empty: that is still a question.",
		check.KindSentSomethingElse: "Without a second argument the format is %Y-%m-%d %H:%M:%S. With one it is that, byte for byte: it may be empty, be in any script, begin or end with a space.",
		check.KindWrongOutput:       "Only an answer that begins with exactly \"error: \" is an error. All others are printed.",
		check.KindWrongExit:         "Only an answer that begins with exactly \"error: \" is an error. After all others the status is 0.",
	},
	Run: func(t *check.T) {
		// None of the answers is an error datagram.
		for _, c := range []struct{ question, answer string }{
			{basic, "error at "},
			{"", "Error: "},
			{" %H 年😀 " + strings.Repeat(token(t.Rand()), 150) + " ", "no error: "},
		} {
			r := t.ListenUDP()
			args := []string{r.Address, c.question}
			if c.question == basic {
				args = args[:1]
			}
			p := t.Start("client", args...)
			p.CloseInput()
			d := r.Receive(p)
			expectQuestion(t, d, c.question)
			reply(t, r, d, c.answer+token(t.Rand()), p)
		}
	},
}, {
	Name: "error-answer", Title: "reports an error datagram as an error", Role: "client", Points: 5, After: []string{"asks"},
	Rationale: "A script that calls your client sees its status and its standard output. An error that looks like a time will be used as one.",
	Hints: []string{
		"How can a script that calls your client notice that the answer is no time?",
		"An answer that begins with \"error: \" goes to standard error, and the status is not 0.",
		"Go: fmt.Fprintln(os.Stderr, answer); os.Exit(1). Python: sys.exit(answer), which does both.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "The status must not be 0. Go: os.Exit(1). Python: sys.exit(answer), which also prints it to standard error.",
		check.KindWrongOutput: "What the server says is wrong goes to standard error, not to standard output.",
	},
	Run: func(t *check.T) {
		r := t.ListenUDP()
		p := t.Start("client", r.Address, "%Q")
		d := r.Receive(p)
		expectQuestion(t, d, "%Q")
		said := "error: unknown directive %Q " + token(t.Rand())
		r.Reply(d, said)
		p.ExpectExitError()
		t.Expect(strings.Contains(p.Stderr(), said), check.WrongOutput{Role: "client", Stream: trace.Stderr,
			Want: fmt.Sprintf("the server's words, %q", said), Got: []byte(p.Stderr())})
		t.Expect(!strings.ContainsFunc(p.Stdout(), wordy), check.WrongOutput{Role: "client", Stream: trace.Stdout,
			Want: "nothing of the error", Got: []byte(p.Stdout())})
	},
}, {
	Name: "stranger", Title: "ignores a datagram from an address it did not ask", Role: "client", Points: 6, After: []string{"asks"},
	Rationale: "Any program on the network can send a datagram to your port. A client that takes the first that comes can be told anything by anybody.",
	Hints: []string{
		"How does your client know that the datagram comes from the server?",
		"Let the kernel filter: a connected UDP socket receives only from the address it is connected to. Or compare the sender's address yourself.",
		"Go: net.Dial(\"udp\", address), then Write and Read. Python: sock.connect((host, port)), then send and recv. Nothing crosses the wire for that.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "The client took an answer from an address that it didn't ask: the port is a part of it, and so is the host. Connect the socket (Go: net.Dial; Python: sock.connect), or compare the sender's address and go on waiting.",
		check.KindWrongExit:   "A datagram from elsewhere is no reason to give up: ignore it and go on waiting for the right one.",
	},
	Run: func(t *check.T) {
		r := t.ListenUDP()
		format := anyFormat(t.Rand())
		p := t.Start("client", r.Address, format)
		d := r.Receive(p)
		expectQuestion(t, d, format)
		lie(t, d, r)
		reply(t, r, d, token(t.Rand()), p)
	},
}, {
	Name: "nobody-there", Title: "says so if nobody has the port", Role: "client", Points: 4, After: []string{"asks"},
	Rationale: "The kernel of a host answers a datagram to a port that nobody has with ICMP \"port unreachable\". A connected socket reports it as an error, which is not the one that a timeout gives.",
	Hints: []string{
		"What does your client do when sending or receiving fails, and it wasn't a timeout?",
		"Catch every error of the socket, not only the timeout: connection refused is another.",
		"Go: check err after Write and after Read. Python: except OSError as error: sys.exit(f\"client: {error}\").",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Without an answer the status must not be 0.",
		check.KindWrongOutput: "Say on standard error what went wrong, in your own words. In Python, catch OSError: ConnectionRefusedError is one, and so is the timeout.",
	},
	Run: func(t *check.T) {
		p := t.Start("client", t.ClosedAddress(), basic, milliseconds(silenceWait))
		p.ExpectPoliteFailure("what went wrong")
	},
}, {
	Name: "lost-answer", Title: "asks again when an answer got lost", Role: "client", Points: 7, After: []string{"asks"}, Waits: lossWait,
	Rationale: "UDP loses datagrams and tells nobody. Whether it was the question or the answer, the client finds out in one way only: nothing comes. This step makes the client wait for about a third of a second, on a busy machine longer.",
	Hints: []string{
		"What does your client do if no answer comes?",
		"Limit how long the receiving call waits, and send the same question again when that time is over.",
		"Go: socket.SetReadDeadline(time.Now().Add(wait)) before each Read; errors.Is(err, os.ErrDeadlineExceeded) is the timeout. Python: sock.settimeout(seconds); except socket.timeout.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:          "The client waits for the lost answer for ever. Limit the wait (Go: SetReadDeadline; Python: settimeout) and ask again when it is over. WAIT counts milliseconds: Python's settimeout takes seconds.",
		check.KindExitedEarly:       "The timeout ended the client. Catch it, and send the question again.",
		check.KindAssertion:         "The third argument says how many milliseconds to wait before asking again. In Go, a number becomes that with time.Duration(n) * time.Millisecond; without it, it is nanoseconds.",
		check.KindSentSomethingElse: "Send the same question again, with nothing in front of it or behind it.",
		check.KindSentTooMuch:       "Ask again when the wait is over, and only then: a datagram from elsewhere is no reason to, and after the answer nothing more is sent.",
		check.KindWrongOutput:       "The second answer was there. Receive again after the second question and print what comes.",
	},
	Run: loseAnswer,
}, {
	Name: "gives-up", Title: "gives up after three questions", Role: "client", Points: 5, After: []string{"asks", "lost-answer"}, Waits: 3 * silenceWait,
	Rationale: "A client that asks for ever hangs, and a thousand of them keep a server that is down from getting up again. This step never answers.",
	Hints: []string{
		"How often does your client ask if no answer ever comes?",
		"Count the questions: three in all, the first one included. Wait after the third as after the others.",
		"A loop over 1, 2, 3 that sends, receives and returns the answer; behind the loop, a message on standard error and status 1.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:    "The task wants three questions, and a wait of as many milliseconds as the third argument says after each.",
		check.KindNeverEnded:  "The client asks for ever, or waits for ever after its last question. Count the questions, and end with a message.",
		check.KindExitedEarly: "The client gave up too soon: it has three questions in all.",
		check.KindAssertion:   "After each question, the third too, the wait is as long as the third argument says. Set the time limit anew before each of them (Go: SetReadDeadline takes a moment, not a duration).",
		check.KindSentTooMuch: "Three questions in all, not three more after the first.",
		check.KindWrongExit:   "Without an answer the status must not be 0.",
		check.KindWrongOutput: "Say on standard error, in your own words, that no answer came.",
	},
	Run: func(t *check.T) { expectOnce(t, giveUp) },
}}

// expectQuestion expects a datagram to be the question, byte for byte.
func expectQuestion(t *check.T, d check.Datagram, format string) {
	t.Expect(d.Data == format, check.SentSomethingElse{Role: "client", Want: []byte(format), Got: []byte(d.Data)})
}

// lie has strangers send a few datagrams to where d came from: one at another
// port of the server's host, and one at another address, with the port of
// server.
func lie(t *check.T, d check.Datagram, server *check.Responder) {
	stranger := t.ListenUDP()
	for range 4 {
		stranger.Reply(d, "from a stranger: "+token(t.Rand()))
	}
	if t.Lab().Isolation() != lab.TwoHosts {
		return // one address is all there is
	}
	here := netip.AddrPortFrom(lab.ClientIP, netip.MustParseAddrPort(server.Address).Port()).String()
	namesake, err := t.Lab().Client().ListenPacket(t.Context(), "udp", here)
	if err != nil {
		t.Break(err)
	}
	defer lab.CloseForGood(namesake)
	text := []byte("from a stranger: " + token(t.Rand()))
	t.Act(trace.Client, fmt.Sprintf("somebody at %s sends to %s", here, d.From), text)
	if _, err := namesake.WriteTo(text, d.From); err != nil {
		t.Break(err)
	}
}

// reply answers d and expects p to print that and nothing else, and to end.
func reply(t *check.T, r *check.Responder, d check.Datagram, answer string, p *check.Process) {
	r.Reply(d, answer)
	p.ExpectLine(answer)
	p.ExpectExit()
	t.Expect(strings.Count(p.Stdout(), "\n") == 1, check.WrongOutput{Role: "client", Stream: trace.Stdout,
		Want: "the answer and nothing else", Got: []byte(p.Stdout())})
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
