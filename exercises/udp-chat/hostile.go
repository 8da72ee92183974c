package udpchat

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

// hostileSteps are about what a server survives that is open to everybody.
var hostileSteps = []check.Step{{
	Name: "control", Title: "lets no message paint on its terminal", Role: "server", Points: 8, After: []string{"answers", "colours"},
	Rationale: "The terminal obeys control sequences whoever wrote them. Printed as they come, they let a stranger clear your screen, forge the line of another person, or do worse.",
	Hints: []string{
		"What happens on your screen if somebody's text is ESC [ 2 J? And if it contains a line end?",
		"Before you print a name or a text, replace every control character in it: U+0000 to U+001F, U+007F, and U+0080 to U+009F.",
		`Go: unicode.IsControl(r) finds all of them, and fmt.Fprintf(&out, "\\x%02x", r) writes them. Python: re.sub("[\x00-\x1f\x7f-\x9f]", lambda c: f"\\x{ord(c[0]):02x}", text).`,
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput:       "Write each control character as \\xNN, two hexadecimal digits in lower case: also tab, line end and carriage return, also U+0080 to U+009F, also in a name, also in the line that says who left, and also in a log on standard error, whatever is logged there.",
		check.KindSentSomethingElse: "Such a message counts like any other. Only its characters are shown in another way.",
		check.KindExitedEarly:       "A message with control characters ended the server. Its last lines above say why.",
	},
	Run: paintTheTerminal,
}, {
	Name: "not-utf8", Title: "shows UTF-8 as text, and other bytes as \\xNN", Role: "server", Points: 4, After: []string{"answers"},
	Rationale: "Anybody can send any bytes to an open port. One datagram that is not UTF-8 must not end the chat for everyone.",
	Hints: []string{
		"What happens in your program when the bytes can't be decoded?",
		"Python's decode raises UnicodeDecodeError unless you tell it what to do instead. In Go, utf8.DecodeRuneInString returns utf8.RuneError and size 1 for a byte that is none.",
		`Python: datagram.decode(errors="backslashreplace") writes just the \xNN that the task wants. Go: fmt.Fprintf(&out, "\\x%02x", text[0]).`,
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     anyPort,
		check.KindExitedEarly:       "Bytes that are not UTF-8 ended the server, or characters that its standard output doesn't take. Python: decode(errors=\"backslashreplace\"), and sys.stdout.reconfigure(encoding=\"utf-8\").",
		check.KindSentSomethingElse: "A message that is not all UTF-8 is a message all the same, and counts.",
		check.KindSentNothing:       "A message that is not all UTF-8 is a message all the same, and is answered.",
		check.KindWrongOutput:       "Each byte that is no part of a character becomes \\xNN; what is UTF-8 and no control character stays as it is: a backslash, a quote, U+00A0, U+FFFD too.",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		for _, datagram := range []string{
			"zoe : 太白 " + word(t.Rand()),
			"zoe : M\xe4rz " + word(t.Rand()),           // Latin-1
			"zoe : \xe5\xa4 " + word(t.Rand()) + "\xe5", // 太 without its third byte, and its first
			"\xff\xfe : " + word(t.Rand()),
			`zoe : C:\new "it's" ` + word(t.Rand()),
			"zoe : \u00a0\u200b\u2028 \ufffd 😀 " + word(t.Rand()), // spaces and the like, and what stands for a bad byte elsewhere
		} {
			say(t, p.Dial(), datagram, "received 1")
			expectWords(p, visible(datagram))
		}
	},
}, {
	Name: "malformed", Title: "answers what is no message with an error", Role: "server", Points: 4, After: []string{"several"},
	Rationale: "Programs of other people, and your own of yesterday, send what you don't expect. An answer that says so saves them hours.",
	Hints: []string{
		"What does your server do with a datagram that has no separator in it?",
		"Look whether the separator is there and a name stands before it. If not, answer with \"error: \" and a few words; print and count nothing.",
		"Go: name, text, found := strings.Cut(message, \" : \"); if !found || name == \"\" { … }. Python: name, colon, text = message.partition(\" : \"); if not colon or not name: …",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "A datagram without a separator ended the server. Look whether it is there before you use what stands behind it.",
		check.KindSentNothing:       "The sender got no answer and can't tell that from a lost one. Send an error datagram.",
		check.KindSentSomethingElse: "Without a space, a colon and a space, or without a name in front of them, it is no message: the answer begins with \"error: \", and nothing is counted. A lone q has no name, so nobody leaves.",
		check.KindWrongOutput:       "What is no message is not printed on standard output.",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		c, odd := p.Dial(), word(t.Rand())
		say(t, c, "zoe : "+word(t.Rand()), "received 1")
		for _, datagram := range []string{odd, "q", odd + ": hello", odd + " :hello", " : " + odd, " :"} {
			refuse(t, c, datagram)
		}
		last := "zoe : " + word(t.Rand())
		say(t, c, last, "received 2")
		expectWords(p, last)
		t.Expect(!strings.Contains(p.Stdout(), odd), check.WrongOutput{Role: "server", Stream: trace.Stdout,
			Want: "nothing of what is no message", Got: []byte(p.Stdout())})
	},
}, {
	Name: "empty", Title: "answers an empty datagram with an error", Role: "server", Points: 3, After: []string{"several"},
	Rationale: "Over TCP, reading nothing means that the other side has closed. Over UDP it means that somebody sent a datagram without bytes.",
	Hints: []string{
		"What does your receiving call return for a datagram without bytes?",
		"Zero bytes are no end and no failure here. They are a datagram that is no message.",
		"Don't leave the loop if nothing was read. Answer with an error datagram, as you do when the separator is missing.",
	},
	Causes: map[check.Kind]string{
		check.KindSentNothing:       "The server received zero bytes and said nothing. Send an error datagram.",
		check.KindExitedEarly:       "The server took zero bytes for the end of a connection. There is no connection: send an error datagram and go on.",
		check.KindRefused:           "The server took zero bytes for the end of a connection and closed its socket. Send an error datagram and go on.",
		check.KindSentSomethingElse: "An empty datagram is no message: the answer begins with \"error: \".",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		zoe, stranger := p.DialAs("zoe"), p.DialAs("stranger")
		say(t, zoe, "zoe : "+word(t.Rand()), "received 1")
		refuse(t, stranger, "")
		refuse(t, zoe, "")
		say(t, zoe, "zoe : "+word(t.Rand()), "received 2")
	},
}, {
	Name: "size", Title: "takes 1,024 bytes, and answers more with an error", Role: "server", Points: 3, After: []string{"answers"},
	Rationale: "A receive call cuts off what doesn't fit into its buffer and, on Linux and macOS, doesn't say so. Only a buffer with room to spare can tell a long datagram from one of just the right size.",
	Hints: []string{
		"How large is your buffer, and what is left in it of a datagram of 1,025 bytes?",
		"Receive with more room than 1,024 bytes, and then look at the length in bytes.",
		"Go: buffer := make([]byte, 65535). Python: sock.recvfrom(65535). If more than 1,024 bytes came, send an error datagram.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "1,024 bytes are fine, 1,025 are too many. A buffer of 1,024 bytes cuts every longer datagram down to 1,024: receive with a larger one and compare the length, in bytes and not in characters.",
		check.KindNeverListened:     anyPort,
		check.KindWrongOutput:       "A datagram of 1,024 bytes is printed whole, and nothing of a longer one: look at the length before you print. If you log it, show its control characters as \\xNN there too.",
		check.KindExitedEarly:       "A long datagram ended the server. On Windows a receive call fails if its buffer is too small: make it 65,535 bytes long.",
		check.KindSentNothing:       "The sender got no answer and can't tell that from a lost one. Send an error datagram.",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		c := p.Dial()
		long := func(bytes int) string {
			s := "zoe : " + word(t.Rand())
			return s + strings.Repeat("x", bytes-len(s))
		}
		whole := long(1024)
		say(t, c, whole, "received 1")
		expectWords(p, whole)
		odd := word(t.Rand())
		refuse(t, c, "zoe : "+odd+fillScreen+strings.Repeat("x", 1010))          // 1,025 bytes
		refuse(t, c, "zoe : "+odd+strings.Repeat("白", 400))                      // 1,212 bytes, though 412 characters
		refuse(t, c, "zoe : "+odd+strings.Repeat("x", 4000+t.Rand().IntN(4000))) // crosses the wire in fragments
		last := "zoe : " + word(t.Rand())
		say(t, c, last, "received 2")
		expectWords(p, last)
		t.Expect(!strings.Contains(p.Stdout(), odd), check.WrongOutput{Role: "server", Stream: trace.Stdout,
			Want: "nothing of what is no message", Got: []byte(p.Stdout())})
		expectTame(t, p, fillScreen)
	},
}}

// fillScreen has a terminal fill its screen with the letter E (DECALN, VT100
// User Guide, 1979): no program writes that for its own logs or colours.
const fillScreen = "\x1b#8"

// An attack is a message that does something to a terminal, and a part of it
// that is on no stream of a program that lets nothing through; "" if none is
// sure to be.
type attack struct{ name, text, raw string }

func attacks(r *rand.Rand) []attack {
	w := word(r)
	return []attack{
		{"zoe", "\x1b[2J\x1b[H" + w, "\x1b[H" + w},          // clears the screen
		{"anna", "\x1b[31m" + w, "\x1b[31m" + w},            // a colour of the table, but in a text
		{"an\x1b[31mna" + w, word(r), "an\x1b[31mna"},       // in the name
		{"anna\n", w, "anna\n : "},                          // not quite anna
		{"zoe", w + "\nbert : I pay for all", w + "\nbert"}, // forges a line
		{"zoe", w + "\rbert : and so do I", w + "\rbert"},   // overwrites its own
		{"zoe", "\x00\a\b\t" + word(r), "\x00\a\b\t"},       // the older ones
		{"zoe", word(r) + "\v\f\x7f", "\v\f\x7f"},
		{"zoe", "\u009b31m" + word(r) + "\u0085", "\u009b31m"}, // CSI and NEL in one character each
		{"zoe", "  " + word(r) + "\n", ""},                     // nothing gets lost at the ends
	}
}

func paintTheTerminal(t *check.T) {
	p := startServer(t)
	// What is no message isn't printed, but perhaps logged. Whether it is
	// answered is another step's question.
	p.DialAs("stranger").Send(fillScreen + word(t.Rand()))
	raws := []string{fillScreen}
	for _, a := range attacks(t.Rand()) {
		say(t, p.Dial(), a.name+" : "+a.text, "received 1")
		expectShown(p, painted(a.name)+" : "+visible(a.text))
		if a.name != visible(a.name) {
			expectLeft(p, a.name)
		}
		if a.raw != "" {
			raws = append(raws, a.raw)
		}
	}
	for _, raw := range raws {
		expectTame(t, p, raw)
	}
}

// expectLeft has somebody whose name has a control character in it leave, and
// expects no more than that the name is shown well: the server may not know
// yet what a q is, which is another step's question.
func expectLeft(p *check.Process, name string) {
	p.Dial().Send(name + " : q")
	left := visible(name) + " left"
	p.ExpectPrinted("the line "+strconv.Quote(left), func(printed string) bool {
		return printsLine(printed, func(got string) bool {
			return shows(got, left, "") || shows(got, visible(name)+" : q", "")
		})
	})
}
