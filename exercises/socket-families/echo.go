package socketfamilies

import (
	"github.com/learnnet/learnnet/internal/check"
)

var echoSteps = []check.Step{{
	Name: "ipv4", Title: "echoes at an IPv4 address", Role: "server", Points: 10,
	Rationale: "The family that you know comes first: accept a connection, and send back what is read, as it comes.",
	Hints: []string{
		"When does your server answer: at each read, or when the client has closed?",
		"Read and write in a loop: whatever a read returns, write it back at once, and read again.",
		"Go: `io.Copy(conn, conn)`. Python: `while data := conn.recv(65536): conn.sendall(data)`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     "Listen on the address in the first argument, whatever its port is.",
		check.KindSentNothing:       "The client keeps its sending side open and waits. Send back each piece as it comes, and don't wait for a line end or for the end.",
		check.KindSentTooLittle:     "Send back all of each piece as it comes, whatever its length is: don't wait until there is more.",
		check.KindSentSomethingElse: "Send back the very bytes that were read, and no others.",
		check.KindClosedEarly:       "The connection was closed before the echo. Write back what you read, and go on reading until the client has no more.",
		check.KindReset:             "The connection was closed while the client still talked. Read until a read returns nothing.",
		check.KindExitedEarly:       "Its last lines say why. If your program takes the text apart, look at what it makes of 10.0.0.2:9007.",
	},
	Run: func(t *check.T) {
		c := t.StartServer("server", "tcp").Dial()
		for _, n := range []int{1, 7, 13} {
			text := letters(t.Rand(), n)
			c.Send(text)
			c.Expect(text)
		}
		c.Close()
	},
}, {
	Name: "half-close", Title: "closes when the client has no more to say", Role: "server", Points: 8, After: []string{"ipv4"},
	Rationale: "A client may close its sending side and go on reading. A read that returns nothing tells the server that it may close too, once all is echoed.",
	Hints: []string{
		"What does your read return when the client has closed its sending side?",
		"When a read returns nothing, leave the loop and close this connection, and no other.",
		"Go: `defer conn.Close()` in the function that serves one client. Python: `with conn:` around the loop.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverClosed:   "The client has sent all it has and waits for the end of the echo. Close the connection when a read returns nothing.",
		check.KindExitedEarly:   "A read of no bytes is the end of one client, and not of the server.",
		check.KindRefused:       "Close the connection of this client, and not the listening socket.",
		check.KindSentNothing:   "Another client came after one that closed without a word. A read of no bytes ends that client only: go back to accept.",
		check.KindClosedEarly:   "This client had something to say, unlike the one before it. Start afresh with each client.",
		check.KindSentTooLittle: "Echo everything that was read before you close.",
		check.KindSentTooMuch:   "Nothing is left to say after the echo. Is it sent twice?",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		text := letters(t.Rand(), 3000)
		c.Send(text)
		c.CloseWrite()
		c.ExpectAll(text)
		silent := s.DialAs("silent client")
		silent.CloseWrite()
		silent.ExpectEnd()
		echoes(t, s)
	},
}, {
	Name: "large", Title: "echoes 200 kB without losing a byte", Role: "server", Points: 8, After: []string{"half-close"},
	Rationale: "What doesn't fit into one read, or into the kernel's buffers, must come back whole all the same, with bytes of any value.",
	Hints: []string{
		"How much does one read return at most? And does each write take all that you give it?",
		"Keep the loop simple: read a piece, write all of that piece, read the next. Don't turn the bytes into text.",
		"Python: `sendall`, not `send`. Go: `conn.Write` writes all or fails. In raw calls, repeat write with the rest.",
	},
	Causes: map[check.Kind]string{
		check.KindSentTooLittle:     "Bytes are missing. Does a write take all you give it (Python: sendall), and do you read on until the end?",
		check.KindSentSomethingElse: "Bytes were lost or changed on the way. Don't decode them to text, and write all of each piece.",
		check.KindExitedEarly:       "The bytes are no text: don't decode them.",
		check.KindClosedEarly:       "The bytes are no text: whoever decodes them fails, and the connection closes. Send back what was read as it is.",
		check.KindReset:             "The connection was given up before all was read. Did decoding fail? The bytes are no text: send back what was read as it is.",
		check.KindTimedOut:          "The server stopped reading. Write each piece back before you read the next one.",
	},
	Run: func(t *check.T) { large(t, t.StartServer("server", "tcp")) },
}, {
	Name: "next-client", Title: "serves client after client", Role: "server", Points: 8, After: []string{"half-close"},
	Rationale: "A server outlives its clients, the rude ones too. They may come one after another here; to serve them side by side is fine as well.",
	Hints: []string{
		"What does your server do when its first client has gone, and what when that client vanishes?",
		"Put accept into a loop that never ends, and catch the errors of one client where you talk to it.",
		"Go: `for { conn, err := listener.Accept(); …; serve(conn) }`. Python: `while True: conn, _ = listener.accept(); …`, with `except OSError` around the echo.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:   "The server ended with a client. Go back to accept when a client has closed, and also when reading from it or writing to it fails.",
		check.KindRefused:       "Close the connection, not the listening socket.",
		check.KindSentNothing:   "The next client waits in the kernel's queue. Does the server go back to accept?",
		check.KindSentTooLittle: "Send back all that was read, to each client. Does something of the client before stay behind?",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		for range 3 {
			echoes(t, s)
		}
		rude := s.DialAs("rude client")
		rude.Send(letters(t.Rand(), 10))
		rude.Abort()
		echoes(t, s)
	},
}, {
	Name: "ipv6", Title: "echoes at an IPv6 address", Role: "server", Points: 8, After: []string{"half-close"},
	Rationale: "An IPv6 address has colons itself. The square brackets tell where it ends and the port begins (RFC 3986 §3.2.2).",
	Hints: []string{
		"At which colon does your program cut `[fd00::2]:9007`, and which family does its socket have?",
		"The port stands behind the last colon. Take the brackets off, and make a socket of the family AF_INET6.",
		"Go: `net.Listen(\"tcp\", \"[fd00::2]:9007\")` does all of it. Python: `host, _, port = text.rpartition(\":\")`, then `socket.create_server((host[1:-1], int(port)), family=socket.AF_INET6)`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:   "Its last lines say why. Cut at the last colon, take the brackets off, and use AF_INET6 where they stood.",
		check.KindNeverListened: "Bind to the address that was given. An AF_INET socket can't have an IPv6 address.",
	},
	Run: func(t *check.T) {
		addr := address6(t)
		p := t.Start("server", addr)
		p.Network = "tcp"
		p.AwaitListening()
		echoes(t, p)
		echoes(t, p)
	},
}}
