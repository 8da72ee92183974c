package udpchat

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/check"
)

const (
	// patient is longer than the checker ever waits: in steps that are not
	// about waiting, no machine is so busy that the client gives up.
	patient = 30 * time.Second
	// shortWait is what a client is told to wait for where no answer comes.
	shortWait = 100 * time.Millisecond
	// tooPatient is a wait that a client told to wait for shortWait does not
	// make three times in a row: a machine that isn't known to be busy would have
	// to hold it up for half a second each time. A client that did not read its third argument
	// waits for about a second.
	tooPatient = 600 * time.Millisecond
	// nearlyDefault is what tooPatient grows to on a busy machine at most.
	nearlyDefault = 900 * time.Millisecond
	// defaultWait is what the task says that WAIT is if it isn't given, and
	// early is how much too soon a system's timer may be.
	defaultWait = time.Second
	early       = 50 * time.Millisecond
	// tooLate is a wait that a client which is to wait for defaultWait does not
	// make twice in a row: the machine would have to hold it up for a second each time.
	tooLate = 2 * defaultWait
)

var clientSteps = []check.Step{{
	Name: "talks", Title: "sends a line under its name and prints the answer", Role: "client", Points: 6,
	Rationale: "Somebody types, and two datagrams later the answer stands on the screen: the whole of the client in one line.",
	Hints: []string{
		"What does your client do with a line that it has read?",
		"Send name, space, colon, space and the line, without its line end, in one datagram. Receive one datagram and print it as a line.",
		"Go: socket.Write([]byte(name + \" : \" + line)), n, err := socket.Read(buffer), fmt.Println(string(buffer[:n])). Python: sock.send(f\"{name} : {line}\".encode()), print(sock.recv(65535).decode(), flush=True).",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected:    "No datagram came. Read a line from standard input and send it, behind the name, to the address in the first argument.",
		check.KindExitedEarly:       "The client ended too soon. Its last lines above say why. Connection refused, before anything was sent? Make a datagram socket (SOCK_DGRAM; Go: \"udp\"), not a stream.",
		check.KindSentSomethingElse: "Send the name in the second argument, a space, a colon, a space, and the line without its line end.",
		check.KindWrongOutput:       "Print the whole answer as a line on standard output, as text, and flush it.",
		check.KindTimedOut:          "The client doesn't read its standard input.",
	},
	Run: func(t *check.T) {
		r := t.ListenUDP()
		name, line := word(t.Rand()), "hello "+word(t.Rand())
		p := startClient(t, r.Address, name, patient)
		p.Input(line + "\n")
		d := r.Receive(p)
		expectMessage(t, d, name+" : "+line)
		answer(t, r, d, p, name, "received 1 "+word(t.Rand()))
	},
}, {
	Name: "goes-on", Title: "sends line after line from one socket", Role: "client", Points: 3, After: []string{"talks"},
	Rationale: "The server knows you by your address and port. A client that takes a new socket for each line is a stranger each time.",
	Hints: []string{
		"What does your client do after the first answer, and from which port does it send the next line?",
		"Make the socket once. Then in a loop: read a line, send it, receive, print.",
		"Go: for lines.Scan() { … } around sending and receiving, net.Dial before it. Python: for line in sys.stdin: …",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:          "The client didn't send the next line. Put reading, sending and receiving into a loop.",
		check.KindExitedEarly:       "The client ended before its input did. Only the line q alone, and the end of the input, end it. UnicodeDecodeError or UnicodeEncodeError? Python: sys.stdin.reconfigure(encoding=\"utf-8\", errors=\"surrogateescape\"), and encode with the same errors. Address already in use? That was a second client beside the first: don't bind to a fixed port.",
		check.KindNeverConnected:    "A second client beside the first sent nothing. Several of them run on one machine: leave the choice of their ports to the system.",
		check.KindSentSomethingElse: "Each line is sent as it is behind the name, byte for byte and whole: also an empty one, a long one, one with a separator in it, and one that is not UTF-8. Only the line end is cut off.",
		check.KindWrongOutput:       "Print each answer as a line on standard output, once, and nothing else there but a prompt without words.",
		check.KindAssertion:         "Make one socket before the loop and use it for all lines.",
	},
	Run: goesOn,
}, {
	Name: "quits", Title: "ends after the line q", Role: "client", Points: 6, After: []string{"talks"},
	Rationale: "Over UDP nothing on the wire says that you leave, unless you do. So q is sent like any line, and its answer printed, before the client ends.",
	Hints: []string{
		"Which two texts does your client compare, and when?",
		"Compare the line that was read with q: what is sent has the name in front and never equals it. Do it after the answer was printed.",
		"Go: if line == \"q\" { return }. Python: if line == \"q\": break, with ==; the operator \"is\" asks whether both are the same object.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverEnded:        "The client sent the q and goes on. Compare the line as it was read, not what was sent, which begins with the name; and in Python compare with ==, not with \"is\". Or does another thread still read the keyboard?",
		check.KindExitedEarly:       "The client ended before the q was sent and its answer printed. Send it like any line, print the answer, and end then.",
		check.KindTimedOut:          "The client didn't send the q. The server learns in no other way that you leave.",
		check.KindSentSomethingElse: "The q is sent like any other line, with the name in front.",
		check.KindSentTooMuch:       "After q nothing more is sent.",
		check.KindWrongOutput:       "The answer to q is printed like any other.",
		check.KindWrongExit:         "Leaving with q is no error: the status is 0.",
	},
	Run: func(t *check.T) {
		r := t.ListenUDP()
		name, line := word(t.Rand()), word(t.Rand())
		p := startClient(t, r.Address, name, patient)
		p.Input(line + "\n")
		d := r.Receive(p)
		expectMessage(t, d, name+" : "+line)
		answer(t, r, d, p, name, "received 1 "+word(t.Rand()))
		p.Input("q\nnot this\n")
		d = r.ReceiveAgain(p, "send the q")
		expectMessage(t, d, name+" : q")
		answer(t, r, d, p, name, "bye "+word(t.Rand()))
		p.ExpectExit()
		r.ExpectNoMore(p)
	},
}, {
	Name: "end-of-input", Title: "ends at the end of its input", Role: "client", Points: 4, After: []string{"talks"},
	Rationale: "Input ends: at Ctrl-D, or when it comes from a file. Nothing crosses the wire then, and the server doesn't learn that you are gone.",
	Hints: []string{
		"What does your client's reading call return at the end of the input?",
		"Leave the loop at the end of the input, and send nothing more. A last line counts, even if its line end is missing.",
		"Go: ReadString('\\n') returns a last line without its end together with io.EOF, and then an empty string; bufio.Scanner does both by itself, but gives up at a line of 64 KiB. Python: for line in sys.stdin ends by itself; input() raises EOFError.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverEnded:        "The input has ended, and the client goes on.",
		check.KindWrongExit:         "The end of the input is no error: the status is 0. In Python, input() raises EOFError then: catch it.",
		check.KindExitedEarly:       "The last line had no line end. It counts all the same: send it, print the answer, and end then.",
		check.KindSentSomethingElse: "The last line had no line end, so there was nothing to cut off.",
		check.KindSentTooMuch:       "At the end of the input nothing more is sent: no empty line, no q.",
	},
	Run: func(t *check.T) {
		r := t.ListenUDP()
		name, first, last := word(t.Rand()), word(t.Rand()), word(t.Rand())
		p := startClient(t, r.Address, name, patient)
		p.Input(first + "\n" + last)
		p.CloseInput()
		for i, line := range []string{first, last} {
			d := receiveNext(r, p, i)
			expectMessage(t, d, name+" : "+line)
			answer(t, r, d, p, name, fmt.Sprintf("received %d %s", i+1, word(t.Rand())))
		}
		p.ExpectExit()
		r.ExpectNoMore(p)
	},
}, {
	Name: "stranger", Title: "ignores a datagram from an address it did not write to", Role: "client", Points: 5, After: []string{"talks"},
	Rationale: "Any program on the network can send a datagram to your port. A client that prints the first that comes lets anybody speak for the server.",
	Hints: []string{
		"How does your client know that the datagram comes from the server?",
		"Let the kernel filter: a connected UDP socket receives only from the address it is connected to. Or compare the sender's address yourself, and go on waiting.",
		"Go: net.Dial(\"udp\", address), then Write and Read. Python: sock.connect((host, port)), then send and recv. Nothing crosses the wire for that.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "The client printed what another address or port than the server's sent, or stopped waiting at it. Connect the socket (Go: net.Dial; Python: sock.connect), or compare the sender's address and port, both of them, and go on waiting, however many strangers send.",
		check.KindExitedEarly: "A datagram from elsewhere is no reason to end: ignore it and go on waiting for the right one.",
	},
	Run: ignoresStrangers,
}, {
	Name: "tame-answers", Title: "lets no answer paint on its terminal", Role: "client", Points: 4, After: []string{"talks"},
	Rationale: "A server is a stranger too. What it sends goes to your terminal, so the same rule holds on this side.",
	Hints: []string{
		"What happens on your screen if the answer is ESC [ 2 J?",
		"Before you print an answer, replace every control character in it, and every byte that is not UTF-8, as the server does with messages.",
		`Go: unicode.IsControl(r) and utf8.DecodeRuneInString. Python: decode(errors="backslashreplace"), then re.sub("[\x00-\x1f\x7f-\x9f]", lambda c: f"\\x{ord(c[0]):02x}", text).`,
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Write each control character, and each byte that is no part of a character, as \\xNN; all else stays as it is. On standard error too. An answer of 1,024 bytes is printed whole: receive with a buffer that has room for it.",
		check.KindExitedEarly: "Bytes that are not UTF-8 ended the client. Python: decode(errors=\"backslashreplace\"), and sys.stdout.reconfigure(encoding=\"utf-8\"). Or an empty answer ended it: over UDP that is an answer without bytes, and not the end of a connection.",
		check.KindTimedOut:    "The client did not go on after an answer with control characters in it, or after an empty one.",
	},
	Run: func(t *check.T) {
		r := t.ListenUDP()
		name := word(t.Rand())
		p := startClient(t, r.Address, name, patient)
		for i, said := range []string{
			"\x1b[2J\x1b[31m" + word(t.Rand()),
			word(t.Rand()) + "\nbert left",
			"",
			"太白 \xe5\xa4 \u009b1m" + word(t.Rand()),
			strings.Repeat("x", 1018) + word(t.Rand()),
		} {
			line := word(t.Rand())
			p.Input(line + "\n")
			d := receiveNext(r, p, i)
			expectMessage(t, d, name+" : "+line)
			if said == "" { // what is printed for it doesn't matter
				r.Reply(d, said)
				continue
			}
			answer(t, r, d, p, name, said)
			if said != visible(said) {
				expectTame(t, p, said)
			}
		}
	},
}, {
	Name: "no-answer", Title: "says so when no answer comes, and goes on", Role: "client", Points: 4, After: []string{"talks", "quits"}, Waits: 4 * shortWait,
	Rationale: "UDP loses datagrams and tells nobody. A client that waits for ever has lost its user with the first of them. This step makes the client wait for 100 milliseconds, four times.",
	Hints: []string{
		"What does your client do if no answer comes?",
		"Limit how long the receiving call waits. When that time is over, say so on standard error and read the next line.",
		"Go: socket.SetReadDeadline(time.Now().Add(wait)) before each Read; errors.Is(err, os.ErrDeadlineExceeded) is the timeout. Python: sock.settimeout(seconds); except socket.timeout.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:          "WAIT, the third argument, counts milliseconds (Python's settimeout takes seconds). When that time is over the client says so and reads the next line. Limit the wait (Go: SetReadDeadline; Python: settimeout).",
		check.KindExitedEarly:       "The timeout ended the client. Catch it, say so on standard error, and read the next line.",
		check.KindAssertion:         "Send a line, wait for its answer as long as WAIT says, and only then send the next. WAIT counts milliseconds; in Go a number becomes that with time.Duration(n) * time.Millisecond.",
		check.KindSentSomethingElse: "Don't send the same line again: the server would print and count it twice. Go on with the next.",
		check.KindNeverEnded:        "The last line was q, and the client goes on. It ends after q also if no answer came: does your timeout skip the comparison with q?",
		check.KindWrongExit:         "That an answer got lost doesn't change the status: after q it is 0.",
		check.KindWrongOutput:       "Say on standard error, in your own words, that no answer came, each time. On standard output stand answers and prompts without words, and nothing else.",
	},
	Run: noAnswer,
}, {
	Name: "default-wait", Title: "waits for a second unless told otherwise", Role: "client", Points: 2, After: []string{"talks", "stranger", "no-answer"}, Waits: defaultWait,
	Rationale: "A program that can be used without reading its manual gets used.",
	Hints: []string{
		"How long does your client wait if it is called with two arguments?",
		"Look at the number of arguments before you take the third.",
		"Wait 1000 milliseconds unless there is a third argument.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected: "No datagram came. WAIT is optional: without it, the client waits for 1000 milliseconds.",
		check.KindExitedEarly:    "Without a third argument the client ended. WAIT is optional.",
		check.KindTimedOut:       "Without a third argument the client waits for 1000 milliseconds, and then goes on. A stranger sent it a datagram ten times a second meanwhile: does each of them begin the wait anew? Connect the socket, or wait for what is left of the time.",
		check.KindAssertion:      "Without a third argument WAIT is 1000 milliseconds.",
	},
	Run: waitsASecond,
}, {
	Name: "nobody-there", Title: "goes on if nobody has the port", Role: "client", Points: 3, After: []string{"quits", "no-answer"},
	Rationale: "A kernel answers a datagram to a port that nobody has with ICMP \"port unreachable\". A connected socket reports it as an error, from whichever call comes next, and it is not the error that a timeout gives.",
	Hints: []string{
		"What does your client do when sending or receiving fails, and it wasn't a timeout?",
		"Treat every error of the socket as you treat the timeout: say so on standard error, and read the next line.",
		"Go: check err after Write and after Read. Python: except OSError as error: print(f\"client: {error}\", file=sys.stderr), around both send and recv.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "An error of the socket ended the client. In Python, catch OSError around send and recv: ConnectionRefusedError is one, and so is the timeout.",
		check.KindNeverEnded:  "There was a q, so the client ends, even without an answer to it. An error of the socket must not make it wait for ever either.",
		check.KindTimedOut:    "The client doesn't read on after an error of the socket.",
		check.KindExitedEarly: "An error of the socket ended the client. Say so on standard error, and read the next line.",
		check.KindWrongOutput: "Say on standard error, in your own words, what went wrong.",
	},
	Run: func(t *check.T) {
		p := startClient(t, t.ClosedAddress(), word(t.Rand()), shortWait)
		p.Input("is anybody there?\nhello?\nq\n")
		p.ExpectExit()
		p.ExpectOwnWords("what went wrong")
	},
}}

func startClient(t *check.T, address, name string, wait time.Duration) *check.Process {
	return t.Start("client", address, name, strconv.FormatInt(wait.Milliseconds(), 10))
}

// receiveNext waits for the datagram of line number i.
func receiveNext(r *check.Responder, p *check.Process, i int) check.Datagram {
	if i == 0 {
		return r.Receive(p)
	}
	return r.ReceiveAgain(p, "send the next line")
}

// expectMessage expects a datagram to be want, byte for byte.
func expectMessage(t *check.T, d check.Datagram, want string) {
	t.Expect(d.Data == want, check.SentSomethingElse{Role: "client", Want: []byte(want), Got: []byte(d.Data)})
}

// answer answers d and expects p, which has that name, to print that.
func answer(t *check.T, r *check.Responder, d check.Datagram, p *check.Process, name, said string) {
	r.Reply(d, said)
	expectPrinted(p, visible(said), name, "", asIs)
}

// expectWaited expects at least wait to have passed since begin, which was
// before the client was given anything to send.
func expectWaited(t *check.T, begin time.Time, wait time.Duration) {
	waited := time.Since(begin)
	t.Expect(waited >= wait-early, check.Assertion{Messages: []string{fmt.Sprintf(
		"the client sent its next line no more than %d milliseconds after the one before; it had no answer yet and was to wait for %d",
		waited.Milliseconds(), wait.Milliseconds())}})
}

func goesOn(t *check.T) {
	r := t.ListenUDP()
	name, otherName := word(t.Rand()), word(t.Rand())
	p := startClient(t, r.Address, name, patient)
	var other *check.Process // beside the first, on the same host
	var from string
	var answers []string
	for i, line := range []string{"hello " + word(t.Rand()), "太白", "", "quit", "Q", "q ", " q", "bert : q", "  in the middle  ",
		"M\xe4rz " + word(t.Rand()), word(t.Rand()) + strings.Repeat(" long", 600) + word(t.Rand())} {
		p.Input(line + "\n")
		d := receiveNext(r, p, i)
		expectMessage(t, d, name+" : "+line)
		if i == 0 {
			from = d.From.String()
			other = startClient(t, r.Address, otherName, patient)
		}
		t.Expect(d.From.String() == from, check.Assertion{Messages: []string{fmt.Sprintf(
			"the client sent line %d from %s, but the first from %s: the server takes that for somebody else", i+1, d.From, from)}})
		answers = append(answers, fmt.Sprintf("received %d %s", i+1, word(t.Rand())))
		answer(t, r, d, p, name, answers[i])
	}
	expectOnly(t, p, name, answers...)

	line := word(t.Rand())
	other.Input(line + "\n")
	d := r.Receive(other)
	expectMessage(t, d, otherName+" : "+line)
	answer(t, r, d, other, otherName, "received 1 "+word(t.Rand()))
}

// noAnswer leaves three lines and a q without an answer.
func noAnswer(t *check.T) {
	r := t.ListenUDP()
	name := word(t.Rand())
	p := startClient(t, r.Address, name, shortWait)
	lines := []string{word(t.Rand()), word(t.Rand()), word(t.Rand()), "q"}
	begin := time.Now()
	p.Input(strings.Join(lines, "\n") + "\n")
	expectMessage(t, r.Receive(p), name+" : "+lines[0])
	last, least := time.Now(), time.Hour
	for i, line := range lines[1:] {
		d := r.ReceiveAgain(p, "send the next line when no answer came")
		expectWaited(t, begin, time.Duration(i+1)*shortWait)
		expectMessage(t, d, name+" : "+line)
		least, last = min(least, time.Since(last)), time.Now()
		if i == 0 { // there are answers yet to be missed
			p.MarkStderr()
		}
	}
	// The shortest wait counts: a client that doesn't know how long to wait is
	// late each time, one that the machine has held up only then.
	t.Expect(least < min(t.Patience(tooPatient), nearlyDefault), check.TimedOut{Role: "client",
		What: fmt.Sprintf("go on after %d milliseconds, as its third argument says,", shortWait.Milliseconds())})
	p.ExpectExit()
	p.ExpectOwnWords("that no answer came")
	expectOnly(t, p, name)
	r.ExpectNoMore(p)
}

// waitsASecond leaves a line without an answer while a stranger sends one lie
// after another.
func waitsASecond(t *check.T) {
	r := t.ListenUDP()
	name, first := word(t.Rand()), word(t.Rand())
	p := t.Start("client", r.Address, name)
	more := []string{word(t.Rand()), word(t.Rand())}
	begin := time.Now()
	p.Input(first + "\n" + strings.Join(more, "\n") + "\n")
	d := r.Receive(p)
	expectMessage(t, d, name+" : "+first)
	defer lieTo(t, d)()
	for i, line := range more {
		last := time.Now()
		expectMessage(t, r.ReceiveAgain(p, "send the next line when no answer came"), name+" : "+line)
		expectWaited(t, begin, time.Duration(i+1)*defaultWait)
		if time.Since(last) < t.Patience(tooLate) {
			return
		}
		// The machine may have held the client up, once: the next wait counts too.
	}
	t.Fail(check.TimedOut{Role: "client", What: "go on after its 1000 milliseconds"})
}
