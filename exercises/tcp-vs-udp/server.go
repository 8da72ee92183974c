package tcpvsudp

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
)

var serverSteps = []check.Step{{
	Name: "tcp-echo", Title: "sends back what comes over TCP", Role: "server", Points: 7,
	Rationale: "Listen, accept, read, write back: the smallest TCP service there is. It answers at once and doesn't wait for the end of the stream, since the client may wait for this answer before it says more.",
	Hints: []string{
		"What does your server wait for before it answers?",
		"Read what is there, once, and write just that back. The client neither ends a line nor closes before it has its answer.",
		"Go: `io.Copy(conn, conn)` reads and writes until the client closes its direction. Python: `while data := conn.recv(65536): conn.sendall(data)`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     "Listen on the address in the first argument, over TCP. 127.0.0.1 can be reached from its own machine only, and the port is not always 7007.",
		check.KindExitedEarly:       "With an error, its last lines say why: the address is one argument, such as 10.0.0.2:7007, but some calls want host and port apart, and the port as a number.",
		check.KindSentNothing:       "The client sends no line end, and doesn't close before it has its answer. Reading a line or reading to the end never returns; read what is there, and send it back.",
		check.KindSentSomethingElse: "Send back the bytes that came and nothing else.",
		check.KindSentTooMuch:       "Send back the bytes that came and nothing else: no line end, and not the rest of the buffer.",
		check.KindClosedEarly:       "The connection was closed without an answer.",
		check.KindNeverClosed:       "The client has closed its direction: read returns nothing (b\"\" in Python, io.EOF in Go). Everything is sent back, so close the connection.",
		check.KindReset:             "The server closed a connection that held bytes it had not read. Read until nothing is left, then close.",
	},
	Run: func(t *check.T) {
		c := t.StartServer("server", "tcp").Dial()
		echoed(c, message(t.Rand()))
		c.CloseWrite()
		c.ExpectEnd()
	},
}, {
	Name: "udp-echo", Title: "sends back what comes over UDP, at the same port", Role: "server", Points: 7, After: []string{"tcp-echo"},
	Rationale: "A TCP port and a UDP port of the same number are two ports. One program may have both; it then has to wait at two sockets at once.",
	Hints: []string{
		"Which of your server's calls waits at the UDP socket, and does the program ever get there?",
		"A call that waits for TCP clients must not keep UDP waiting: give each of the two its own goroutine or thread (or wait for both with select).",
		"Go: `go serveTCP(listener)`, and in main a loop of `n, asker, err := socket.ReadFrom(buffer)` and `socket.WriteTo(buffer[:n], asker)`. Python: `threading.Thread(target=serve_tcp, daemon=True).start()`, and `data, asker = sock.recvfrom(65535)`, `sock.sendto(data, asker)`.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     "Open a second socket, for UDP, at the host and port of the first argument: the port is not always 7007, and 127.0.0.1 can be reached from its own machine only. Bind both sockets before you wait at either of them.",
		check.KindSentNothing:       "The datagram lies in the server's UDP socket, or its answer went elsewhere. Wait at both sockets at once, and answer to the address that the receiving call returns, from the socket that it came to. Take that address anew for each datagram.",
		check.KindRefused:           "The server closed its UDP socket, or connected it to the first who asked, and then its kernel refuses everybody else. Keep one unconnected socket (Go: ReadFrom and WriteTo; Python: recvfrom and sendto).",
		check.KindSentSomethingElse: "Send back the datagram's bytes and nothing else.",
		check.KindExitedEarly:       "The server ended. Its last lines above say why.",
	},
	Run: func(t *check.T) {
		p := startBoth(t)
		first := dial(p, "udp", "first client")
		for range 3 {
			returned(t, first, message(t.Rand()))
		}
		returned(t, dial(p, "udp", "second client"), message(t.Rand()))
		returned(t, first, message(t.Rand()))
	},
}, {
	Name: "stream", Title: "sends a stream back as it comes, to its end", Role: "server", Points: 7, After: []string{"tcp-echo"},
	Rationale: "A TCP connection lasts for as many bytes as its client likes, and its two directions end one by one. What the client sent before its FIN is still owed to it.",
	Hints: []string{
		"How often does your server read from a connection, and what ends that?",
		"Read and write in a loop that ends only when a read returns nothing. Write all of what you read before you read again.",
		"Go: `io.Copy(conn, conn)`, then `conn.Close()`. Python: `while data := conn.recv(65536): conn.sendall(data)`, then `conn.close()`; `send` may send a part only, `sendall` sends all.",
	},
	Causes: map[check.Kind]string{
		check.KindClosedEarly:   "The server closed after its first answer. Go on reading until a read returns nothing.",
		check.KindReset:         "The server closed while more was coming. Go on reading until a read returns nothing.",
		check.KindSentNothing:   "The server doesn't read a second time, or waits for more before it answers.",
		check.KindSentTooLittle: "A part is missing. Read until a read returns nothing, and send all of each read: in Python sendall, not send.",
		check.KindNeverClosed:   "The client has closed its direction and got everything back. When a read returns nothing, close the connection.",
	},
	Run: func(t *check.T) {
		c := t.StartServer("server", "tcp").Dial()
		for range 3 {
			echoed(c, message(t.Rand()))
			c.Settle() // a server that closes now has then done so
		}
		long := letters(t.Rand(), 50_000) // fits into the buffers on every system
		c.Send(long)
		c.CloseWrite()
		c.ExpectAll(long)
	},
}, {
	Name: "at-once", Title: "serves all its clients at once", Role: "server", Points: 8, After: []string{"udp-echo"},
	Rationale: "A client that has connected and says nothing is no fault: it may think. Nobody else may have to wait for it, over TCP or over UDP.",
	Hints: []string{
		"What does your server do while a client is connected and silent?",
		"Serve each TCP connection in a goroutine or thread of its own, and go back to accept at once.",
		"Go: `for { conn, err := listener.Accept(); …; go echo(conn) }`. Python: `threading.Thread(target=echo, args=(conn,), daemon=True).start()`.",
	},
	Causes: map[check.Kind]string{
		check.KindSentNothing:       "Others are connected and silent, and the server waits for them alone. Give each connection its own goroutine or thread. A pool of threads is used up when there are more silent clients than threads.",
		check.KindSentSomethingElse: "A client got another one's bytes. What belongs to one client must not be shared: neither its buffer nor its connection.",
		check.KindTimedOut:          "The server takes no further connection while a client is silent. Go back to accept at once.",
		check.KindRefused:           "The server stopped listening when its first client came. Close the connection when that client is done, and never the listening socket.",
		check.KindExitedEarly:       "The server ended while clients were connected, 43 at most. Its last lines above say why.",
	},
	Run: atOnce,
}, {
	Name: "any-bytes", Title: "sends back any bytes, text or not", Role: "server", Points: 4, After: []string{"udp-echo"},
	Rationale: "Echo carries bytes. They need not be UTF-8, and turning them into text and back may change them, or fail.",
	Hints: []string{
		"Does your server turn what it reads into text?",
		"Send back the bytes that you read, and never decode them.",
		"Go: write buf[:n]. Python: `conn.sendall(data)` with the bytes object that recv returned. To log it, `print(repr(data), file=sys.stderr)`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "Bytes that are not UTF-8 ended the server. In Python, decode raises UnicodeDecodeError; echo has no need to decode.",
		check.KindSentSomethingElse: "The bytes changed on their way through the server. Send back just what was read: no decoding, no stripping, no replacing.",
		check.KindSentTooLittle:     "Some bytes are missing. Send back just what was read: no decoding, no stripping.",
		check.KindSentNothing:       "Does the server decode, and fail at bytes that are not UTF-8? Or does it strip white space? A lone line end is a message too: send back just what was read.",
		check.KindClosedEarly:       "The connection was closed instead of answered. In Python, decode raises UnicodeDecodeError on such bytes; echo has no need to decode.",
		check.KindReset:             "The connection was reset instead of answered. In Python, decode raises UnicodeDecodeError on such bytes; echo has no need to decode.",
	},
	Run: func(t *check.T) {
		p := startBoth(t)
		overTCP, overUDP := dial(p, "tcp", "TCP client"), dial(p, "udp", "UDP client")
		for _, text := range []string{anyBytes(t.Rand()), "\n", " \r\n\t", "\x00", "\xff\xfe\xc3", "q", "echo \xe5\xb9"} {
			echoed(overTCP, text)
			returned(t, overUDP, text)
		}
	},
}, {
	Name: "datagrams", Title: "sends back every datagram whole, empty or large", Role: "server", Points: 6, After: []string{"udp-echo"},
	Rationale: "A datagram is received whole or cut off, with one call. It may have no bytes, which is no end of anything, and up to 65,507, which cross this wire in 45 fragments.",
	Hints: []string{
		"What does your receiving call return for a datagram without bytes, and for one that is longer than its buffer?",
		"Treat 0 bytes as a datagram like any other, and receive with a buffer for the longest: 65,535 bytes are enough for any.",
		"Go: `buffer := make([]byte, 65535)`, no special case for n == 0. Python: `data, asker = sock.recvfrom(65535)`, then `sock.sendto(data, asker)`, without `if data`.",
	},
	Causes: map[check.Kind]string{
		check.KindSentNothing:       "An empty datagram is one too: send it back. (In older versions of Python, asyncio's transport.sendto sends no empty datagrams: use a socket of your own.) And if the largest is the one that got no answer, look whether receiving or sending it failed.",
		check.KindSentSomethingElse: "The receiving call cut the datagram off at the size of its buffer, and the rest is gone. Receive with 65,535 bytes.",
		check.KindExitedEarly:       "The server ended. Over UDP 0 bytes are no end: there is no connection that could have one.",
		check.KindRefused:           "The server closed its UDP socket. Over UDP 0 bytes are no end: there is no connection that could have one.",
	},
	Run: datagrams,
}, {
	Name: "slow-reader", Title: "lets a client that doesn't read wait, and nobody else", Role: "server", Points: 5, After: []string{"at-once"},
	Rationale: "When a client sends and doesn't read, all buffers fill up and the server's write waits: that is TCP's flow control at work. The others must not notice, and when the client reads at last, no byte is missing.",
	Hints: []string{
		"What waits in your server when a client takes nothing?",
		"A write that waits must hold up this one connection only. If your sockets don't block, keep what a send didn't take, and send it later.",
		"Go: a goroutine for each connection is enough. Python: a thread for each, and `sendall`; with asyncio, `await writer.drain()` in the connection's own task.",
	},
	Causes: map[check.Kind]string{
		check.KindSentNothing:       "One client doesn't read, and the server waits for it in a write while others want an answer. That write must hold up its own connection only.",
		check.KindSentTooLittle:     "Bytes got lost when the buffers were full. `send` returns how many bytes it took, which may be less than all: send the rest too (Python: sendall), also if the client has closed its direction meanwhile.",
		check.KindSentSomethingElse: "Bytes got lost in the middle when the buffers were full. `send` returns how many bytes it took, which may be less than all: send the rest too (Python: sendall).",
		check.KindReset:             "The server gave up on a client that was slow to read. Let its write wait.",
		check.KindClosedEarly:       "The server gave up on a client that was slow to read, or that had closed its direction while the server still owed it bytes. Let its write wait, and close only when all is sent.",
		check.KindTimedOut:          "The server takes no further connection, or reads no further, while one client doesn't read.",
		check.KindExitedEarly:       "The server ended when a client didn't read. Its last lines above say why.",
	},
	Run: slowReader,
}, {
	Name: "vanishing-clients", Title: "survives clients that vanish", Role: "server", Points: 5, After: []string{"at-once"},
	Rationale: "Clients crash and networks break. A read or write on such a connection fails, and that must cost this one client only.",
	Hints: []string{
		"Which calls fail once a client has gone? What does your program do then?",
		"Handle the errors of read and write where you talk to one client, close that connection, and nothing else.",
		"Go: log the error and return from the goroutine; no log.Fatal, no panic. Python: `try: … except OSError` around what serves one client, and around each turn of the UDP loop.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "A client that reset its connection ended the whole server. Reading and writing then fail (ECONNRESET, EPIPE): handle that for this client alone.",
		check.KindRefused:     "A client that reset its connection made the server stop listening.",
		check.KindSentNothing: "After a client has reset its connection the server answers no more, over TCP or over UDP.",
	},
	Run: vanishing,
}}

// startBoth starts the server and returns when it waits at its address over
// TCP and over UDP.
func startBoth(t *check.T) *check.Process {
	p := t.StartServer("server", "tcp")
	p.Network = "udp"
	p.AwaitListening()
	return p
}

// dial connects to the server over one of its two transports.
func dial(p *check.Process, network, name string) *check.Conn {
	p.Network = network
	return p.DialAs(name)
}

// echoed sends text over TCP and expects it back.
func echoed(c *check.Conn, text string) {
	c.Send(text)
	c.Expect(text)
}

// returned sends a datagram and expects it back.
func returned(t *check.T, c *check.Conn, text string) {
	c.Send(text)
	got := c.ReadDatagram(words(text))
	t.Expect(got == text, check.SentSomethingElse{Role: "server", Want: []byte(text), Got: []byte(got)})
}

// words says which datagram is expected back.
func words(text string) string {
	switch {
	case text == "":
		return "the empty datagram back"
	case len(text) > 100:
		return fmt.Sprintf("the datagram of %d bytes back", len(text))
	}
	return fmt.Sprintf("%q back", text)
}

// crowd is how many silent clients come at last: more than Python's pool has
// threads if it isn't told how many, which is 32 at most.
const crowd = 40

func atOnce(t *check.T) {
	p := startBoth(t)
	silent := dial(p, "tcp", "silent client")
	anna, bert := dial(p, "tcp", "anna"), dial(p, "tcp", "bert")
	carl, dora := dial(p, "udp", "carl"), dial(p, "udp", "dora")
	for range 3 {
		forAnna, forBert := message(t.Rand()), message(t.Rand())
		anna.Send(forAnna)
		bert.Send(forBert)
		bert.Expect(forBert)
		anna.Expect(forAnna)
		returned(t, carl, message(t.Rand()))
		returned(t, dora, message(t.Rand()))
	}
	echoed(silent, message(t.Rand()))
	bert.CloseWrite()
	bert.ExpectEnd()
	echoed(anna, message(t.Rand()))

	// Each is answered before the next one comes, so that the server needs no long backlog.
	for i := range crowd {
		echoed(dial(p, "tcp", fmt.Sprint("silent client ", i+2)), message(t.Rand()))
	}
	returned(t, carl, message(t.Rand()))
	echoed(anna, message(t.Rand()))
}

func datagrams(t *check.T) {
	c := dial(startBoth(t), "udp", "checker")
	returned(t, c, "")
	returned(t, c, message(t.Rand()))
	for _, n := range []int{1025, 1473, 4097, largest()} { // from 1,473 on in fragments
		returned(t, c, letters(t.Rand(), n))
	}
	// Two may wait in the server's socket, and still are two. A server that
	// works at several at once may answer in either order.
	one, two := message(t.Rand()), message(t.Rand())
	c.Send(one)
	c.Send(two)
	first := c.ReadDatagram(words(one))
	other := two
	if first == two {
		other = one
	}
	t.Expect(first == one || first == two, check.SentSomethingElse{Role: "server", Want: []byte(one), Got: []byte(first)})
	second := c.ReadDatagram(words(other))
	t.Expect(second == other, check.SentSomethingElse{Role: "server", Want: []byte(other), Got: []byte(second)})
}

func slowReader(t *check.T) {
	p := startBoth(t)
	slow := dial(p, "tcp", "slow client")
	text, buffer := bulk(t)
	slow.LimitBuffers(buffer)
	// A server may take everything into a buffer of its own, and the FIN with
	// it: it still owes all of it then.
	slow.SendAllMeanwhile(text).AwaitFull()
	echoed(dial(p, "tcp", "quick client"), message(t.Rand()))
	returned(t, dial(p, "udp", "UDP client"), message(t.Rand()))
	for piece := range pieces(text) {
		slow.Expect(piece)
	}
	slow.ExpectEnd()
}

func vanishing(t *check.T) {
	p := startBoth(t)
	for i := range 3 { // a server that ends needs a moment for it
		talking, silent := dial(p, "tcp", fmt.Sprint("client ", 4*i+1)), dial(p, "tcp", fmt.Sprint("client ", 4*i+2))
		echoed(talking, message(t.Rand()))
		talking.Abort()
		silent.Abort()

		leaving := dial(p, "tcp", fmt.Sprint("client ", 4*i+3))
		leaving.Send(strings.Repeat(message(t.Rand()), 1000))
		leaving.Abort()

		gone := dial(p, "udp", fmt.Sprint("client ", 4*i+4))
		gone.Send(message(t.Rand()))
		gone.Close()

		returned(t, dial(p, "udp", "UDP client"), message(t.Rand()))
		echoed(dial(p, "tcp", "TCP client"), message(t.Rand()))
	}
}
