package udptime

import (
	"fmt"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/check"
)

const basic = "%Y-%m-%d %H:%M:%S"

var serverSteps = []check.Step{{
	Name: "answers", Title: "answers with its local time in the format asked for", Role: "server", Points: 12,
	Rationale: "A server bound to the address it was given, which sends the answer back to whoever sent the question, is the whole of the service.",
	Hints: []string{
		"Which address and port does the question come from, and which call tells you?",
		"Receive with the call that also returns the sender's address (Go: ReadFrom, Python: recvfrom), and send to that address from the same socket.",
		"Go: n, asker, err := socket.ReadFrom(buffer), then socket.WriteTo([]byte(answer), asker). Python: question, asker = sock.recvfrom(65535), then sock.sendto(answer, asker).",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     "Bind to the address in the first argument, just as it is given. A server bound to 127.0.0.1 hears only programs on its own machine, and one that listens there over TCP hears no datagrams (SOCK_DGRAM; Go: net.ListenPacket).",
		check.KindSentNothing:       "Nothing arrived at the socket that asked. Send the answer to the address that the receiving call returns (Go: ReadFrom, Python: recvfrom), and send it from the same socket: a new socket has another port, and the asker lets in only what comes from the port it asked.",
		check.KindSentSomethingElse: "The text around the directives is copied as it is; each directive becomes a part of the time, with two digits where the task shows two. Send no line end.",
		check.KindExitedEarly:       "The server ended at its first question. Its last lines above say why.",
	},
	Run: func(t *check.T) {
		began := time.Now()
		p, zone := startIn(t, home)
		c := p.Dial()
		c.Send(basic)
		// Any time since the server began will do: to one that read its clock
		// only then, the next step says so, and not this one by chance.
		expectTimeSince(t, c, zone, began, basic)
	},
}, {
	Name: "goes-on", Title: "answers question after question, each to whoever asked it", Role: "server", Points: 8, After: []string{"answers"}, Waits: pause,
	Rationale: "A server has no idea who will ask next. Over UDP one socket serves all of them, and nothing needs to be remembered in between.",
	Hints: []string{
		"What does your server do after its first answer?",
		"Receive and answer in a loop without an end. Use the sender's address of this very question for the answer to it.",
		"Go: for { n, asker, err := socket.ReadFrom(buffer); … }. Python: while True: question, asker = sock.recvfrom(65535); …",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "The server ended after an answer. Put receiving and answering into a loop without an end. It reads no standard input, and here that has ended.",
		check.KindRefused:           "The server closed its socket after an answer, or connected it to the first asker, and then its kernel refuses everybody else. Keep one unconnected socket, and receive and answer in a loop.",
		check.KindSentNothing:       "An asker got nothing. Does your server keep the address of the first asker? Take the address anew from each receiving call. And a question that was asked before is a question.",
		check.KindSentSomethingElse: "Another word in front means that an asker got the answer to another question: keep question and sender together. An earlier time means that the clock was read too early: read it anew for each answer, after the question has come, also if it was asked before. And %f is in the table too, the fraction of the second in six digits.",
	},
	Run: goesOn,
}, {
	Name: "directives", Title: "knows every directive of the table", Role: "server", Points: 7, After: []string{"answers"},
	Rationale: "A protocol is a promise about every case in its table, also those that you don't use yourself.",
	Hints: []string{
		"Which row of the table does your server not know yet?",
		"Python's datetime.strftime knows all of them; time.strftime knows all but %f. In Go, look up for each letter how time.Format writes the same; day of the year and hour 01 to 12 are there too. %f is the one to compute.",
		`Go: %j is "002", %I is "03", %p is "PM", %A is "Monday", %a is "Mon", %B is "January", %b is "Jan", %y is "06"; %f is fmt.Sprintf("%06d", now.Nanosecond()/1000). Python: datetime.now().strftime("%f").`,
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "Compare the two lines: the first difference is at the directive that went wrong. Mind the leading zeros, and English names in full or in three letters. In Python, %f takes datetime.strftime: time.strftime doesn't know it. Read the clock once for an answer, not once for each directive. Replace a directive wherever it stands, and leave all else as it is: line ends, tabs and characters of all scripts.",
		check.KindSentNothing:       "This format got no answer. All of it is in the task's table, or stands for itself.",
		check.KindExitedEarly:       "This format ended the server. All of it is in the task's table, or stands for itself.",
	},
	Run: func(t *check.T) {
		p, zone := startIn(t, home)
		c := p.Dial()
		for _, letter := range directives {
			expectTime(t, c, zone, "%"+string(letter))
		}
		expectTime(t, c, zone, strings.Repeat("%f ", 20)) // of one moment
		expectTime(t, c, zone, "%Y %Y %b %b %j %j")
		expectTime(t, c, zone, "\n%H\t%M 😀 \ufffd\n")
		expectTime(t, c, zone, anyFormat(t.Rand()))
		expectTime(t, c, zone, "%Y年%m月%d日 "+token(t.Rand())) // what is no directive stays as it is
		expectTime(t, c, zone, "%H%M%S%f")
		expectTime(t, c, zone, " %H ")          // and so does the space at both ends
		expectTime(t, c, zone, token(t.Rand())) // no directive at all
	},
}, {
	Name: "percent", Title: "writes %% as a percent sign", Role: "server", Points: 5, After: []string{"answers"},
	Rationale: "Every language with an escape character needs a way to write that character itself, and a reader that goes from left to right just once.",
	Hints: []string{
		"What should %%Y become, and what does your server make of it?",
		"Replacing one directive after another in the whole text sees characters that belong together as two things. Go through the format once, from left to right.",
		"Look for the next %, take the character behind it, write what the two stand for, and go on behind them.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "In %%Y the first two characters are a percent sign, and the Y is just a Y. Go through the format once, from left to right, and go on behind each directive.",
	},
	Run: func(t *check.T) {
		p, zone := startIn(t, home)
		c := p.Dial()
		expectTime(t, c, zone, "100%%")
		expectTime(t, c, zone, "%%Y")
		expectTime(t, c, zone, "%%%H%% %%%%d "+token(t.Rand()))
		expectTime(t, c, zone, "100%%%%")
	},
}, {
	Name: "unknown-directive", Title: "answers an unknown directive with an error datagram", Role: "server", Points: 8, After: []string{"answers"},
	Rationale: "What strftime does with a directive it doesn't know is undefined in C: some systems copy it, some drop it, some fail. A protocol can't leave that open.",
	Hints: []string{
		"What does strftime do on your system with %Q? And on another?",
		"Look at each directive yourself before any library sees it. What is not in the table is an error, and so is a % with nothing behind it.",
		`Walk through the format. At a %, take the next character; if there is none, or if it is not in the table, send "error: unknown directive %Q" and nothing else.`,
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "An error datagram begins with exactly \"error: \". If there is a time in it, your strftime copied, dropped or knew the directive: check each against the task's table yourself, whatever character it is. What is no directive is copied, a zero byte too.",
		check.KindExitedEarly:       "An unknown directive ended the server. Catch the error and send it as a datagram.",
		check.KindSentNothing:       "The asker got no answer and can't tell that from a lost one. Send an error datagram.",
	},
	Run: func(t *check.T) {
		p, zone := startIn(t, home)
		c := p.Dial()
		for letter := ' '; letter <= '~'; letter++ {
			if letter != '%' && !strings.ContainsRune(directives, letter) {
				expectError(t, c, "%"+string(letter))
			}
		}
		expectError(t, c, basic+" %Z") // many know it, and the table doesn't list it
		expectError(t, c, "%-d")
		for _, letter := range []string{"\n", "\x00", "é", "年"} {
			expectError(t, c, "%H %"+letter)
		}
		expectError(t, c, "%H:%M %") // a lone % at the end
		expectError(t, c, "100%%%")
		expectTime(t, c, zone, "%H\x00%M") // a character like any other
		expectTime(t, c, zone, basic)
	},
}, {
	Name: "empty", Title: "answers an empty datagram with an error datagram", Role: "server", Points: 4, After: []string{"answers"},
	Rationale: "A datagram may have no bytes at all. Over TCP, reading nothing means that the connection has ended; over UDP it means that somebody sent nothing.",
	Hints: []string{
		"What does your receiving call return for a datagram without bytes?",
		"Zero bytes are no end and no failure here. Treat them as a question that can't be answered.",
		`If the question has length 0, send "error: the question is empty", and receive the next.`,
	},
	Causes: map[check.Kind]string{
		check.KindSentNothing:       "The server received zero bytes and said nothing. Over UDP that is a question like any other: send an error datagram.",
		check.KindExitedEarly:       "The server took zero bytes for the end of a connection. There is no connection: send an error datagram and go on.",
		check.KindRefused:           "The server took zero bytes for the end of a connection and closed its socket. Send an error datagram and go on.",
		check.KindSentSomethingElse: "An empty question gets an error datagram, not an empty or a standard answer. A blank is not empty: it is copied as it is.",
	},
	Run: func(t *check.T) {
		p, zone := startIn(t, home)
		c := p.Dial()
		expectError(t, c, "")
		expectTime(t, c, zone, " ")
		expectTime(t, c, zone, basic)
	},
}, {
	Name: "not-utf8", Title: "answers bytes that are not UTF-8 with an error datagram", Role: "server", Points: 5, After: []string{"answers"},
	Rationale: "Anybody can send anything to an open port. One datagram of nonsense must not end the service for everyone.",
	Hints: []string{
		"What happens in your program when the bytes can't be decoded?",
		"Python's decode raises UnicodeDecodeError. Go doesn't check by itself: utf8.Valid does.",
		`Python: try: format = question.decode() except UnicodeDecodeError: send b"error: not UTF-8". Go: if !utf8.Valid(question) { … }.`,
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "Bytes that are not UTF-8 ended the server. Catch the decoding error, send an error datagram, and go on.",
		check.KindSentNothing:       "The asker got no answer and can't tell that from a lost one. Send an error datagram.",
		check.KindSentSomethingElse: "The task wants UTF-8 or an error. Check the bytes before you use them (Go: utf8.Valid; Python: decode without errors=…).",
	},
	Run: func(t *check.T) {
		p, zone := startIn(t, home)
		c := p.Dial()
		for _, question := range []string{
			"%d. M\xe4rz %Y",  // Latin-1
			"%Y\xe5\xb9",      // 年 without its third byte
			"\xff\xfe%\x00Y",  // UTF-16
			"%Y \xed\xa0\x80", // half of a pair that UTF-16 uses (RFC 3629 §3)
			"%Y \xc0\xaf",     // a slash in two bytes (RFC 3629 §3)
		} {
			expectError(t, c, question)
		}
		expectTime(t, c, zone, basic)
	},
}, {
	Name: "oversized", Title: "answers an oversized datagram with an error datagram", Role: "server", Points: 5, After: []string{"answers"},
	Rationale: "A receive call cuts off what doesn't fit into its buffer and, on Linux and macOS, doesn't say so. Only a buffer with room to spare can tell a long datagram from one of just the right size.",
	Hints: []string{
		"How large is your buffer, and what is left in it of a datagram of 1,025 bytes?",
		"A receive call never returns more bytes than the buffer holds. Give it more room than 1,024 bytes and then look at the length.",
		"Go: buffer := make([]byte, 65535). Python: sock.recvfrom(65535). If more than 1,024 bytes came, send an error datagram.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "A buffer of 1,024 bytes cuts every longer datagram down to 1,024. Receive with a larger buffer and compare the length; 1,024 bytes are still fine, 1,025 are too many.",
		check.KindExitedEarly:       "An oversized datagram ended the server. On Windows a receive call fails if its buffer is too small: make it 65,535 bytes long.",
		check.KindSentNothing:       "The asker got no answer and can't tell that from a lost one. Send an error datagram.",
	},
	Run: func(t *check.T) {
		p, zone := startIn(t, home)
		c := p.Dial()
		ofLength := func(n int) string {
			word := token(t.Rand())
			return "%H:%M " + strings.Repeat(word, n/len(word)+1)[:n-len("%H:%M ")]
		}
		expectTime(t, c, zone, ofLength(1024))
		expectTime(t, c, zone, strings.Repeat("%A ", 1024/3)) // the answer is two or three times as long
		expectError(t, c, ofLength(1025))
		expectError(t, c, strings.Repeat("年", 400))           // 1,200 bytes, though 400 characters
		expectError(t, c, ofLength(4000+t.Rand().IntN(4000))) // crosses the wire in fragments
		expectTime(t, c, zone, basic)
	},
}, {
	Name: "local-time", Title: "tells local time, not UTC", Role: "server", Points: 5, After: []string{"answers"},
	Rationale: "A machine keeps its clock in UTC, and a zone says what people there call it. This step starts the server in a zone five and a half hours from UTC and in one where it is summer time now, most others in UTC (on Windows: in yours).",
	Hints: []string{
		"By how many hours is the answer wrong?",
		"The library turns the moment into the zone's time for you, unless you ask for UTC.",
		"Go: time.Now(), without .UTC(). Python: time.localtime() or datetime.now(), and not time.gmtime() or utcnow().",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "The answer is an hour or more away, or a name of day or month, AM or PM is not of the same place. A zone's distance from UTC is not the same all year. Go: time.Now() without .UTC(). Python: time.localtime(), not time.gmtime(). (The environment variable TZ names the zone; the check set it.)",
	},
	Run: func(t *check.T) {
		for _, name := range []string{far, summerNow(time.Now())} {
			p, zone := startIn(t, name)
			expectTime(t, p.Dial(), zone, basic+" %y %j %I %p %A %a %B %b")
		}
	},
}, {
	Name: "hours", Title: "writes the hours around midnight, in the morning and at noon", Role: "server", Points: 3, After: []string{"directives"},
	Rationale: "A day of twelve hours twice has no hour 0: midnight is 12 AM, and noon is 12 PM. Whoever tries a clock in the afternoon alone finds out in the night.",
	Hints: []string{
		"What do %H, %I and %p make of midnight, of five in the morning and of noon?",
		"Hour 01 to 12: what is left of the hour divided by 12, and 12 if nothing is left. From 12 on it is PM.",
		"Go: now.Format(\"03\") and now.Format(\"PM\") know. Python: strftime's %I and %p know, or (hour + 11) % 12 + 1.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "At midnight %H is 00, %I is 12 and %p is AM; at noon %H and %I are 12 and %p is PM. All hours have two digits.",
	},
	Run: func(t *check.T) {
		for _, hour := range []int{0, 5, 12} {
			p, zone := startIn(t, zoneAt(hour, time.Now()))
			expectTime(t, p.Dial(), zone, basic+" %I %p")
		}
	},
}}

// manyAskers is more than the clients that anybody tries a server with by hand.
const manyAskers = 40

func goesOn(t *check.T) {
	p, zone := startIn(t, home)
	p.CloseInput()
	anna, bert := p.DialAs("anna"), p.DialAs("bert")
	again := token(t.Rand()) + " " + basic + ".%f"
	expectTime(t, anna, zone, again)
	expectTime(t, bert, zone, token(t.Rand())+" "+basic)
	letTimePass(t)
	expectTime(t, anna, zone, again)
	// Many questions at once: they wait in the server's socket.
	asked := time.Now()
	askers, questions := make([]*check.Conn, manyAskers), make([]string, manyAskers)
	for i := range askers {
		askers[i], questions[i] = p.DialAs(fmt.Sprint("asker ", i+1)), token(t.Rand())+" %H:%M:%S.%f"
		askers[i].Send(questions[i])
	}
	for i, c := range askers {
		expectTimeSince(t, c, zone, asked, questions[i])
	}
}

// pause is longer than twice coarse, so that no time read before it is taken
// for one after it, however the two clocks differ.
const pause = 120 * time.Millisecond

// letTimePass waits for time itself, which no event tells of: a server that
// read its clock only once, or before the question came, is then found out.
func letTimePass(t *check.T) {
	select {
	case <-time.After(pause):
	case <-t.Context().Done():
	}
}
