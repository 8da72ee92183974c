package tcpvsudp

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
)

var clientSteps = []check.Step{{
	Name: "tcp-asks", Title: "sends its input over TCP and prints what comes back", Role: "client", Points: 7,
	Rationale: "The two directions of a connection end one by one. The FIN says that all is sent, and the answer can still come: that is a half-close.",
	Hints: []string{
		"How does the server learn that your client has sent everything?",
		"When standard input has ended, close the sending direction only. Then read until a read returns nothing, and print what you read.",
		"Go: `conn.(*net.TCPConn).CloseWrite()`, then `io.Copy(os.Stdout, conn)`. Python: `conn.shutdown(socket.SHUT_WR)`, then `while data := conn.recv(65536): sys.stdout.buffer.write(data)`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected:    "The arguments are the address and `tcp`. Connect over TCP to that address.",
		check.KindExitedEarly:       "The client ended before its work was done. Its last lines above say why.",
		check.KindSentNothing:       "Send what comes on standard input, all of it.",
		check.KindSentSomethingElse: "Send the bytes of standard input as they are.",
		check.KindSentTooLittle:     "Send all bytes of standard input, line ends included.",
		check.KindSentTooMuch:       "Send the bytes of standard input and nothing else.",
		check.KindClosedEarly:       "The client closed without having sent anything. Send standard input, to its end, first.",
		check.KindNeverClosed:       "Standard input has ended, so nothing more will be sent: say so with a FIN, before you read. Go: conn.(*net.TCPConn).CloseWrite(). Python: conn.shutdown(socket.SHUT_WR).",
		check.KindReset:             "The client closed the whole connection. Close the sending direction only (CloseWrite, shutdown(SHUT_WR)), and go on reading.",
		check.KindWrongOutput:       "What came back must be printed. Was the whole connection closed, and not the sending direction only? Then nothing can come back.",
		check.KindNeverEnded:        "The server has closed: read returns nothing. Then the client is done.",
		check.KindWrongExit:         "All went well, so the status must be 0.",
	},
	Run: func(t *check.T) {
		text := message(t.Rand())
		p, c := sends(t, text+"\n")
		answer := message(t.Rand())
		c.Send(text + " " + answer + "\n")
		c.Close()
		p.ExpectPrinted(fmt.Sprintf("what came back, %q", text+" "+answer), func(printed string) bool {
			return strings.Contains(printed, text) && strings.Contains(printed, answer)
		})
		p.ExpectExit()
	},
}, {
	Name: "tcp-bytes", Title: "prints what comes back over TCP byte for byte", Role: "client", Points: 6, After: []string{"tcp-asks"},
	Rationale: "TCP is a stream of bytes: it may come in any pieces, and it need not be text. What is printed must be what came, so that a file that went through the echo is still the same file.",
	Hints: []string{
		"How often does your client read, and does it turn bytes into text?",
		"Read until a read returns nothing. Write the bytes to standard output as they are: no decoding, no line end of your own.",
		"Go: `io.Copy(os.Stdout, conn)`. Python: `sys.stdout.buffer.write(data)`, not print.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput:       "Compare the two. If the end is missing, read until a read returns nothing. If there is a line end too many, or b'…', don't use print: write the bytes (Go: os.Stdout.Write; Python: sys.stdout.buffer.write).",
		check.KindExitedEarly:       "Bytes that are not UTF-8 ended the client. In Python, read sys.stdin.buffer and write to sys.stdout.buffer, and decode nothing.",
		check.KindWrongExit:         "Its last lines say why. Bytes need not be UTF-8: in Python, read sys.stdin.buffer and write to sys.stdout.buffer, and decode nothing.",
		check.KindSentSomethingElse: "Send the bytes of standard input as they are: they need not be text.",
		check.KindSentNothing:       "Send the bytes of standard input as they are: they need not be text.",
		check.KindSentTooMuch:       "Standard input was empty, so nothing is to be sent.",
		check.KindReset:             "The client closed while the answer was still coming. Read until a read returns nothing.",
		check.KindClosedEarly:       "The client closed without having sent anything. In Python, sys.stdin decodes and may fail: read sys.stdin.buffer.",
	},
	Run: tcpBytes,
}, {
	Name: "full-duplex", Title: "sends and receives at the same time", Role: "client", Points: 5, After: []string{"tcp-bytes"},
	Rationale: "An echo server that gets more than fits into the buffers stops reading until somebody takes its answers. A client that wants to send everything first then waits for the server, and the server for the client.",
	Hints: []string{
		"Give your client a file of several megabytes: `client ADDRESS tcp < FILE`. Where does it stop?",
		"Read what comes back while you still send: one goroutine or thread sends, the other receives.",
		"Go: `go func() { io.Copy(conn, os.Stdin); conn.(*net.TCPConn).CloseWrite() }()`, and then `io.Copy(os.Stdout, conn)`. Python: `threading.Thread(target=send_input, args=(conn,)).start()`, and then the loop around recv.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:      "The client doesn't take what comes back while it is still sending. Both sides now wait for each other for ever: a deadlock. Send and receive at the same time, with a goroutine or thread for one of them.",
		check.KindSentTooLittle: "The client stopped sending. It may wait for something, or `send` took less than all: Python's sendall sends all.",
		check.KindWrongOutput:   "Something is missing of what came back. Read until a read returns nothing, also after all is sent.",
		check.KindReset:         "The client closed while the answer was still coming. Read until a read returns nothing.",
	},
	Run: fullDuplex,
}, {
	Name: "udp-asks", Title: "sends each line as a datagram and prints the answers", Role: "client", Points: 7,
	Rationale: "UDP keeps messages apart by itself: one call sends one datagram, and one call receives one. It needs no line end in it.",
	Hints: []string{
		"What is a message here, and what is not part of it?",
		"For each line of standard input: take the line end off, send one datagram, receive one, print it as a line.",
		"Go: `bufio.NewReader(os.Stdin).ReadBytes('\\n')`, `socket.Write(message)`, `n, err := socket.Read(buffer)`. Python: `for line in sys.stdin.buffer: sock.send(line.rstrip(b\"\\n\")); answer = sock.recv(65535)`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected:    "No datagram came. The arguments are the address and `udp`, and the messages come on standard input, a line each.",
		check.KindTimedOut:          "The answer is there: print it and send the next line.",
		check.KindExitedEarly:       "The client ended before all its lines were sent. The last line may come without a line end.",
		check.KindSentSomethingElse: "A datagram is one line of standard input, without its line end.",
		check.KindWrongOutput:       "Print each answer as a line on standard output, as soon as it is there. What else the client has to say goes to standard error.",
		check.KindNeverEnded:        "Standard input has ended and every line is answered: end. If the client sent one more, empty datagram: nothing stands behind the last line end, and that is no line.",
		check.KindSentTooMuch:       "One datagram for each line, and nothing more while its answer comes in time.",
		check.KindWrongExit:         "All went well, so the status must be 0.",
	},
	Run: udpAsks,
}, {
	Name: "udp-sizes", Title: "sends and prints any message, empty or large", Role: "client", Points: 4, After: []string{"udp-asks"},
	Rationale: "An empty line is an empty datagram, and that is a message. The largest is 65,507 bytes long, and all of them come back.",
	Hints: []string{
		"What does your client do with an empty line, with one of 65,507 bytes, and with one that isn't UTF-8?",
		"Send an empty datagram for an empty line. Receive with room for the longest datagram. Read and write bytes, not text.",
		"Go: `buffer := make([]byte, 65535)`, `fmt.Printf(\"%s\\n\", buffer[:n])`. Python: `sock.recv(65535)`, `sys.stdout.buffer.write(answer + b\"\\n\")` and `sys.stdout.buffer.flush()`.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "Was an empty line skipped? It is a message without bytes: send an empty datagram. Were bytes changed? Read sys.stdin.buffer in Python, decode nothing, and strip nothing but the line end.",
		check.KindTimedOut:          "The client didn't send its next message. An answer without bytes is an answer: it doesn't mean that the server is gone.",
		check.KindExitedEarly:       "The client ended too soon. Its last lines above say why. An empty line, or an empty answer, is no end, and bytes need not be UTF-8.",
		check.KindWrongOutput:       "The answer isn't printed as it came. Receive with room for 65,535 bytes, since what doesn't fit is lost, and print the bytes as they are (Python: sys.stdout.buffer), blanks too.",
		check.KindNeverConnected:    "The first line was empty: that is a message without bytes. Send an empty datagram.",
		check.KindWrongExit:         "Its last lines above say why. An empty answer is no failure, and bytes need not be UTF-8.",
	},
	Run: udpSizes,
}, {
	Name: "late-answer", Title: "tells an answer from one to an earlier message", Role: "client", Points: 3, After: []string{"udp-asks"},
	Rationale: "A network may deliver a datagram late, or twice. Then an answer to an earlier message waits in the socket when the next one is asked. In an echo, the content tells them apart.",
	Hints: []string{
		"What does your client do if the next datagram isn't what it has just sent?",
		"Compare what came with what was sent. If they differ, go on receiving until the wait is over.",
		"Go: `if bytes.Equal(buffer[:n], message) { return }` inside a loop around Read. Python: `if sock.recv(65535) == message: return True` inside a loop.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "The client took the second answer to its first message for the answer to its second message. Compare what comes with what you sent, and go on waiting if they differ.",
		check.KindWrongExit:   "An answer to an earlier message is no failure: ignore it and go on waiting.",
		check.KindExitedEarly: "Late answers to an earlier message came, as many as there are tries. They are no reason to end, or to send again: go on waiting for the right one.",
		check.KindSentTooMuch: "A datagram that isn't the answer is no reason to send again. Go on receiving until the wait is over.",
	},
	Run: lateAnswer,
}, {
	Name: "lost-answer", Title: "asks again when an answer got lost", Role: "client", Points: 5, After: []string{"udp-asks"}, Waits: lossWait,
	Rationale: "UDP loses datagrams and tells nobody, so the program that asks has to. This step makes the client wait for 400 milliseconds, on a busy machine longer.",
	Hints: []string{
		"What does your client do if no answer comes?",
		"Limit how long the receiving call waits, and send the same message again when that time is over.",
		"Go: `socket.SetReadDeadline(time.Now().Add(wait))`; `errors.Is(err, os.ErrDeadlineExceeded)` is the timeout. Python: `sock.settimeout(seconds)`; `except socket.timeout`.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:          "The client waits for the lost answer for ever. Limit the wait (Go: SetReadDeadline; Python: settimeout), and send again when it is over. WAIT counts milliseconds: Python's settimeout takes seconds.",
		check.KindExitedEarly:       "The timeout ended the client. Catch it, and send the message again.",
		check.KindAssertion:         "WAIT counts milliseconds. In Go, a number becomes that with time.Duration(n) * time.Millisecond; without it, it is nanoseconds.",
		check.KindSentSomethingElse: "Send the same message again, not the next one.",
		check.KindWrongOutput:       "The second answer was there. Receive again after sending again, and print what comes.",
	},
	Run: loseAnswer,
}, {
	Name: "stranger", Title: "ignores a datagram from an address it did not ask", Role: "client", Points: 3, After: []string{"lost-answer"}, Waits: lossWait,
	Rationale: "Anybody can send a datagram to your port, also one with the right content. Only what comes from the address that was asked is its answer. This step makes the client wait for 400 milliseconds, on a busy machine longer.",
	Hints: []string{
		"How does your client know that the datagram comes from the server?",
		"Let the kernel filter: a connected UDP socket receives only from the address it is connected to. Or compare the sender's address yourself.",
		"Go: `net.Dial(\"udp\", address)`, then Write and Read. Python: `sock.connect((host, int(port)))`, then send and recv. Nothing crosses the wire for that.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "The client took an answer from a port that it didn't ask. Connect the socket (Go: net.Dial; Python: sock.connect), or compare the sender's address and go on waiting.",
		check.KindWrongOutput: "The client took an answer from a port that it didn't ask. Connect the socket (Go: net.Dial; Python: sock.connect), or compare the sender's address and go on waiting.",
		check.KindTimedOut:    "After a datagram from a stranger the client neither took the right answer nor asked again. Ignore it, and go on waiting.",
	},
	Run: stranger,
}, {
	Name: "gives-up", Title: "gives up after three tries and says so", Role: "client", Points: 3, After: []string{"lost-answer"}, Waits: 3 * silenceWait,
	Rationale: "A client that asks for ever hangs, and a thousand of them keep a server that is down from getting up again. This step never answers.",
	Hints: []string{
		"How often does your client ask if no answer ever comes?",
		"Count the tries: three in all, the first included. Wait after the third as after the others, then say on standard error that no answer came.",
		"A loop over 1, 2, 3 that sends, receives, and returns when the answer is there; behind the loop, a message on standard error and status 1.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:          "The task wants three tries, and a wait of WAIT milliseconds after each.",
		check.KindNeverEnded:        "The client asks for ever, or waits for ever after its last try. Count the tries, and end with a message.",
		check.KindExitedEarly:       "The client gave up too soon: it has three tries in all.",
		check.KindSentTooMuch:       "Three tries in all, and nothing more after them: not a fourth, and not the next message.",
		check.KindSentSomethingElse: "Each try sends the same message again.",
		check.KindWrongExit:         "Without an answer the status must be 1.",
		check.KindWrongOutput:       "Say on standard error, in your own words, that no answer came. Standard output is for answers only.",
	},
	Run: neverAnswer,
}, {
	Name: "each-wait", Title: "waits as long after each try, whatever else comes", Role: "client", Points: 3, After: []string{"late-answer", "gives-up"}, Waits: 2 * lastWait,
	Rationale: "The last try may be the one that gets through, so it deserves its wait too. And whoever sends you nonsense must not decide how long you wait. This step answers the third try only, so it makes the client wait twice for 500 milliseconds, on a busy machine longer.",
	Hints: []string{
		"When does each wait end, if a datagram comes that isn't the answer? And what does your client do right after its third try?",
		"Note the time when you send, and add WAIT: that is the deadline. Before each receiving call, see how much of it is left. Do so after each of the three tries.",
		"Go: `socket.SetReadDeadline(time.Now().Add(wait))` once after each Write, in front of the loop around Read. Python: `deadline = time.monotonic() + wait`, and in the loop `sock.settimeout(left)` with `left = deadline - time.monotonic()`, for as long as that is above 0.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:          "Each datagram that isn't the answer made the wait begin anew, so that it never ended. Count from when you sent (Go: SetReadDeadline in front of the loop; Python: settimeout with what is left of the wait).",
		check.KindAssertion:         "The client is to wait for WAIT milliseconds after each try: no less when something else comes, and not longer each time.",
		check.KindExitedEarly:       "The client ended before its last wait was over. After the third try it waits for the answer as after the others.",
		check.KindWrongOutput:       "The answer to the third try came, and should have been printed. Wait for it as after the other tries.",
		check.KindSentSomethingElse: "The client took a datagram for its answer that only began like the message. Compare all bytes, and the length.",
		check.KindWrongExit:         "In the end every line got its answer, so the status must be 0.",
	},
	Run: func(t *check.T) {
		expectPunctual(t, askThrice)
	},
}, {
	Name: "default-wait", Title: "waits for a second unless told otherwise", Role: "client", Points: 2, After: []string{"udp-sizes", "late-answer", "lost-answer"}, Waits: defaultWait,
	Rationale: "A program that can be used without reading its manual gets used. This step makes the client wait for its second.",
	Hints: []string{
		"How long does your client wait if it is called with two arguments?",
		"Look at the number of arguments before you take the third.",
		"Wait for 1000 milliseconds unless there is a third argument.",
	},
	Causes: map[check.Kind]string{
		check.KindTimedOut:          "Without a third argument the client waits for 1000 milliseconds, and then asks again. Python's settimeout takes seconds: 1, not 1000.",
		check.KindAssertion:         "Without a third argument WAIT is 1000 milliseconds.",
		check.KindExitedEarly:       "The client ended instead of asking again after a second. WAIT is optional, and there are three tries without it too.",
		check.KindSentSomethingElse: "The message was empty, and the client took a datagram with bytes in it for the answer. Only an empty one is.",
		check.KindWrongOutput:       "Print the answer to an empty line as an empty line, also if it came at the second try.",
		check.KindWrongExit:         "In the end every line got its answer, so the status must be 0.",
	},
	Run: func(t *check.T) {
		expectPunctual(t, askByDefault)
	},
}, {
	Name: "nobody-there", Title: "says so if nobody is there", Role: "client", Points: 3, After: []string{"tcp-asks", "udp-asks"},
	Rationale: "Over TCP a closed port answers with RST and connect fails. Over UDP the other kernel may answer with ICMP \"port unreachable\", which a connected socket reports at the next call: another error than a timeout.",
	Hints: []string{
		"Start your client without a server, with tcp and with udp. What does it print, and where? What is its status (`echo $?`)?",
		"Catch every error of the socket, not only the timeout. Say on standard error what went wrong, in one line, and end with status 1.",
		"Go: `fmt.Fprintln(os.Stderr, \"client:\", err); os.Exit(1)`. Python: `except OSError as error: sys.exit(f\"client: {error}\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Nothing came back, so the status must be 1. Go: os.Exit(1). Python: sys.exit(\"why\").",
		check.KindWrongOutput: "Say on standard error what went wrong, in your own words. In Python, catch OSError: ConnectionRefusedError is one, and so is the timeout.",
		check.KindNeverEnded:  "Nobody is there. Say so and end; don't try for ever.",
	},
	Run: func(t *check.T) {
		for _, args := range [][]string{{t.ClosedAddress(), "tcp"}, {t.ClosedAddress(), "udp", milliseconds(silenceWait)}} {
			p := t.Start("client", args...)
			p.Feed(message(t.Rand()) + "\n")
			p.ExpectPoliteFailure("what went wrong")
		}
	},
}}
