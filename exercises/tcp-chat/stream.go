package tcpchat

import (
	"github.com/learnnet/learnnet/internal/check"
)

// streamSteps are about lines in a stream of bytes, which knows none.
var streamSteps = []check.Step{{
	Name: "pieces", Title: "waits for the whole of a line", Role: "server", Points: 5, After: []string{"turns"},
	Rationale: "TCP is a stream. What was written at once may arrive in several reads, so only the line end tells where a line ends.",
	Hints: []string{
		"How does your server know that a line is complete?",
		"Keep what was read, and read on, until there is a \\n in it.",
		"Go: `bufio.NewReader(conn)` and `ReadString('\\n')`. Python: `conn.makefile(\"rb\")` and `readline()`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "One read is not one line. Put together what comes until the line end, and only then print it.",
		check.KindExitedEarly: "A piece of a line ended the server. Read until the line end before you do anything with it.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		first, last := "line "+token(t.Rand()), token(t.Rand())
		c.SendPieces(first, " ", last, "\n")
		s.ExpectLine(first + " " + last)
		says(s, c, line(t))
	},
}, {
	Name: "characters", Title: "prints 太白 whole, wherever it is cut", Role: "server", Points: 4, After: []string{"pieces"},
	Rationale: "In UTF-8, 太 and 白 have three bytes each (RFC 3629), and a segment may end within one of them. Half a character can't be decoded.",
	Hints: []string{
		"At which moment do bytes become text in your program? Are all bytes of the character there by then?",
		"Collect bytes up to the line end, and decode the whole line. \\n never is part of another character in UTF-8.",
		"Go: a string holds bytes; print the line as it is. Python: `conn.makefile(\"rb\").readline()` and then `decode`, or write the bytes to `sys.stdout.buffer`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "Decoding half a character raises UnicodeDecodeError. Decode whole lines, not what a read returns.",
		check.KindWrongOutput: "Print text and not bytes as Python shows them (b'\\xe5…'), and decode whole lines: the replacement character � stands where half a character was decoded.",
		check.KindReset:       "Half a character ended the conversation. Decode whole lines, not what a read returns.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		word := token(t.Rand())
		c.SendPieces(word+"\xe5", "\xa4\xaa\xe7\x99", "\xbd\n")
		s.ExpectLine(word + "太白")
		says(s, c, token(t.Rand())+"李白")
	},
}, {
	Name: "two-at-once", Title: "keeps the second of two lines for the next turn", Role: "server", Points: 5, After: []string{"turns"},
	Rationale: "Two lines may come in one segment, and so in one read. What stands behind the first line end belongs to the next line and must not get lost. The keyboard is a stream too: its user may type ahead.",
	Hints: []string{
		"What happens to the bytes behind the line end when a read returns two lines?",
		"Use one buffer for the whole conversation: what the first line leaves in it is where the second begins.",
		"Go: make the bufio.Reader once, behind accept, and not in every turn. Python: the same for `conn.makefile`. By hand: `line, _, rest = rest.partition(b\"\\n\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "The second line was read with the first and then thrown away. A new bufio.Reader (or makefile) in every turn does that: make one for the whole conversation. If it was a typed line that cost the caller its turn, one read of the keyboard (os.read, os.Stdin.Read) returned two lines: they are two turns.",
		check.KindSentNothing: "The server waits for a line that it has already. Two lines that come at once are two turns: print the first, answer, print the second, answer. If it was the second of two typed lines that did not arrive, it lies in a buffer: select doesn't know what sys.stdin has read ahead.",
		check.KindClosedEarly: "Only q ends the conversation, however the lines come.",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		first, second := line(t), line(t)
		c.Send(first + "\n" + second + "\n")
		s.ExpectLine(first)
		says(s, c, line(t))
		s.ExpectLine(second)
		says(s, c, line(t))
		typesAhead(t, s, c)
	},
}, {
	Name: "long-line", Title: "hears and says a line of 100,000 bytes", Role: "server", Points: 4, After: []string{"characters"},
	Rationale: "A line ends at its line end and nowhere else, however long it is. Buffers have sizes, and libraries have limits that one meets late.",
	Hints: []string{
		"Is there a limit in the function that reads a line for you? What does it do with a longer one?",
		"Collect pieces until the line end comes; send all of a line and not only what one call takes.",
		"Go: ReadString of a bufio.Reader has no limit; a bufio.Scanner stops at 64 KiB unless you call Buffer. Python: `readline()` has none; use sendall and not send.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput:   "Print all of the line, in one line. Go's bufio.Scanner stops at lines of 64 KiB and more; recv returns no more than you ask for.",
		check.KindReset:         "The server gave up in the middle of the line. Go's bufio.Scanner does that at 64 KiB: Scan returns false, and Err says why.",
		check.KindSentNothing:   "The line that was typed never arrived. A bufio.Scanner on standard input has a limit of 64 KiB too.",
		check.KindSentTooLittle: "Send all of the line: sendall in Python; in C, write until nothing is left.",
		check.KindTimedOut:      "Read the whole line from standard input, and all of what the caller sends.",
		check.KindExitedEarly:   "A long line ended the server. Which function reads it, and what is its limit?",
	},
	Run: func(t *check.T) {
		s := t.StartServer("server", "tcp")
		c := s.Dial()
		hearsLong(t, s, c)
		says(s, c, longLine(t))
		inTurn(t, s, c)
	},
}}
