package udpchat

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/trace"
)

// anyPort is for a server that has answered in the first step, whose port is
// the one that the task names.
const anyPort = "Bind to the host and the port of the first argument. The port isn't always 9091."

var serverSteps = []check.Step{{
	Name: "answers", Title: "prints a message and answers its sender", Role: "server", Points: 8,
	Rationale: "One socket bound to the address it was given, which sends the answer to where the message came from, is all that a server takes over UDP.",
	Hints: []string{
		"Which address and port does the message come from, and which call tells you?",
		"Receive with the call that also returns the sender's address (Go: ReadFrom, Python: recvfrom), and send to that address from the same socket.",
		"Go: n, sender, err := socket.ReadFrom(buffer), then socket.WriteTo([]byte(\"received 1\"), sender). Python: datagram, sender = sock.recvfrom(65535), then sock.sendto(b\"received 1\", sender).",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     "Bind a UDP socket to the address in the first argument, just as it is given. A server bound to 127.0.0.1 hears only programs on its own machine.",
		check.KindSentNothing:       "Nothing arrived at the socket that sent. Answer to the address that the receiving call returns, from the same socket: the sender lets in only what comes from the port that it sent to.",
		check.KindSentSomethingElse: "The answer is the word received, a space and a number, counted from 1, without a line end.",
		check.KindWrongOutput:       "Print the name, space, colon, space, and the text as a line, as text (no b'…' and no quotes), and flush it.",
		check.KindExitedEarly:       "The server ended at its first message. Its last lines above say why.",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		name, text := word(t.Rand()), "hello "+word(t.Rand())
		say(t, p.Dial(), name+" : "+text, "received 1")
		expectWords(p, name+" : "+text)
	},
}, {
	Name: "several", Title: "counts each of several senders apart", Role: "server", Points: 8, After: []string{"answers"},
	Rationale: "There is no connection that would tell people apart. The address in front of each datagram does: the server looks up what it knows of that sender, and answers to it.",
	Hints: []string{
		"What does your server do after its first answer? And how does it know whose message it has?",
		"Receive and answer in a loop without an end, and keep a table: for each sender's address and port, how many messages have come.",
		"Go: received := make(map[string]int), and received[sender.String()]++. Python: received = {}, and received[sender] = received.get(sender, 0) + 1; sender is what recvfrom returned.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened:     anyPort,
		check.KindExitedEarly:       "The server ended after an answer. Put receiving and answering into a loop without an end.",
		check.KindRefused:           "The server closed its socket after an answer, or connected it to the first sender, and then its kernel refuses everybody else. Keep one unconnected socket, and receive and answer in a loop.",
		check.KindSentNothing:       "A sender got nothing. Does your server keep the address of the first one? Take it anew from each receiving call.",
		check.KindSentSomethingElse: "Count each sender's messages apart: a table with an address and a port for its key. A number that is another sender's means that the answer went to the wrong one, or that all share a count.",
		check.KindWrongOutput:       "Each message is a line on standard output, whoever it comes from.",
	},
	Run: severalSenders,
}, {
	Name: "colours", Title: "shows names of the table in colour, others plain", Role: "server", Points: 7, After: []string{"answers"},
	Rationale: "A colour is a few bytes that the terminal obeys and doesn't show. Every program that colours its output writes them.",
	Hints: []string{
		"Which bytes does your server write around the name? Send its output through od -c to see them.",
		"Look the name up in a table. If it is there, write ESC [ number m, the name, ESC [ 0 m; if not, the name alone.",
		"Go: fmt.Sprintf(\"\\x1b[%dm%s\\x1b[0m\", number, name). Python: f\"\\x1b[{number}m{name}\\x1b[0m\". For a name that is not in the table there is no sequence at all, not even ESC [ 0 m.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverListened: anyPort,
		check.KindAssertion:     "Colours are also for a standard output that is no terminal: don't ask isatty. And an empty NO_COLOR counts as not set: ask whether there is something in it, not whether it is there.",
		check.KindWrongOutput:   "Compare the bytes, where \\x1b is ESC. Only the name stands between ESC [ number m and ESC [ 0 m; a name that is not in the table, also one in capitals or with a space more, has neither.",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		r := t.Rand()
		names := append([]string{"Anna", " anna", "anna ", "bertha", "carl2", word(r)}, colored...)
		r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			text := word(r)
			say(t, p.DialAs(name), name+" : "+text, "received 1")
			if slices.Contains(colored, name) {
				expectWords(p, name+" : "+text)
				t.Expect(strings.Contains(p.Stdout(), "\x1b"), check.Assertion{Messages: []string{fmt.Sprintf(
					"the server wrote no sequence at all: it printed %s's line without a colour", name)}})
			}
			expectShown(p, painted(name)+" : "+text)
		}
	},
}, {
	Name: "first-colon", Title: "ends the name at the first separator", Role: "server", Points: 4, After: []string{"answers", "colours"},
	Rationale: "Whatever separates the fields of a message may occur in what people write. The protocol must say which one counts, and programs must keep to it.",
	Hints: []string{
		"What does your server make of a text that contains a space, a colon and a space?",
		"Split at the first separator only. All that follows is the text.",
		"Go: strings.Cut(message, \" : \"). Python: message.partition(\" : \"), or split(\" : \", 1).",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "A text with a separator in it ended the server. Split at the first one only. Go: strings.Cut. Python: partition.",
		check.KindWrongOutput:       "The first space, colon, space ends the name; all others belong to the text. Nothing of the text gets lost, and nothing of it becomes coloured.",
		check.KindSentSomethingElse: "That is a message like any other. A q behind a later separator is a part of the text.",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		c := p.Dial()
		for i, text := range []string{"it is 12 : 30 " + word(t.Rand()), "bert : q", "a : b : : c", ": " + word(t.Rand()), ""} {
			say(t, c, "anna : "+text, fmt.Sprintf("received %d", i+1))
			expectShown(p, painted("anna")+" : "+text)
		}
	},
}, {
	Name: "leaves", Title: "lets one leave at q, and goes on with the others", Role: "server", Points: 7, After: []string{"several"},
	Rationale: "No FIN arrives when somebody goes. That they are gone is known only because they say so, and all it means is that the server forgets them.",
	Hints: []string{
		"What ends when one of three people leaves, if there is no connection?",
		"If the text is q: print that the name left, forget this sender's count, and answer bye. Nothing else changes.",
		"Go: delete(received, sender.String()). Python: received.pop(sender, None). Then send \"bye\" to the sender, and receive the next datagram.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "One sender's q ended the server. It ends nothing but what the server remembers of this one.",
		check.KindRefused:           "One sender's q closed the server's socket. All others use that socket too.",
		check.KindSentNothing:       "Who says q gets an answer too: bye.",
		check.KindSentSomethingElse: "At a text that is just q, answer bye and forget the count of this sender, and of nobody else: whoever comes back begins at 1, the others count on. Compare the text with q, not the whole message, and as it is: with a space or a line end more it is a message like any other.",
		check.KindWrongOutput:       "Print the name, a space and the word left: the name in its colour, as in its messages.",
	},
	Run: oneLeaves,
}, {
	Name: "same-name", Title: "tells two senders of one name apart", Role: "server", Points: 5, After: []string{"several", "leaves"},
	Rationale: "A name is what a sender writes into its datagram, and anybody can write anything. The address comes from the network.",
	Hints: []string{
		"What does your server do if two people are called anna?",
		"The key of your table must be what the receiving call returned with the datagram, address and port, not the name.",
		"Python: received[sender], not received[name]. Go: received[sender.String()]. And answer to this datagram's sender, not to an address that you noted for the name.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "Two senders with one name share a count, or one sender with two names has two. The key of the table is the sender's address and port, both of them, as the receiving call returns them.",
		check.KindTimedOut:          "The answer didn't reach a sender on the server's own host. Send it to the address and port that came with this very datagram.",
		check.KindSentNothing:       "The answer went to another sender of the same name. Send it to the address that came with this very datagram.",
	},
	Run: func(t *check.T) {
		p := startServer(t)
		one, other := p.DialAs("one anna"), p.DialAs("another anna")
		say(t, one, "anna : "+word(t.Rand()), "received 1")
		say(t, one, "anna : "+word(t.Rand()), "received 2")
		say(t, other, "anna : "+word(t.Rand()), "received 1")
		say(t, one, "anna : "+word(t.Rand()), "received 3")
		say(t, other, "anna : q", "bye")
		say(t, one, "anna : "+word(t.Rand()), "received 4")
		say(t, one, "carl : "+word(t.Rand()), "received 5") // is still the same sender
		onePortTwice(t, p)
	},
}, {
	Name: "no-color", Title: "writes no colours if NO_COLOR is set", Role: "server", Points: 2, After: []string{"colours"},
	Rationale: "Not everybody sees colours, and some screens, logs and screen readers have none. NO_COLOR is how people say so once for all programs (no-color.org).",
	Hints: []string{
		"How does a program learn that its user wants no colours?",
		"Look at the environment variable NO_COLOR when the server starts. If it is set and not empty, write names without any sequence.",
		"Go: os.Getenv(\"NO_COLOR\") != \"\". Python: os.environ.get(\"NO_COLOR\", \"\") != \"\".",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Whatever NO_COLOR contains, 0 too, no sequence may be written: the name, space, colon, space, the text. Only if it is empty, or not set, are there colours.",
	},
	Run: noColor,
}}

func noColor(t *check.T) {
	name := colored[t.Rand().IntN(len(colored))]
	p := startServerWith(t, "0")
	c, text := p.Dial(), word(t.Rand())
	say(t, c, name+" : "+text, "received 1")
	expectPrinted(p, name+" : "+text, "", " as NO_COLOR is 0", asIs)
	say(t, c, name+" : q", "bye")
	expectPrinted(p, name+" left", "", " as NO_COLOR is 0", asIs)
	t.Expect(!strings.Contains(p.Stdout(), "\x1b"), check.WrongOutput{Role: "server", Stream: trace.Stdout,
		Want: "no sequence at all, as NO_COLOR is 0", Got: []byte(p.Stdout())})

	p = startServerWith(t, "")
	text = word(t.Rand())
	say(t, p.Dial(), name+" : "+text, "received 1")
	expectPrinted(p, painted(name)+" : "+text, "", " as NO_COLOR is empty", asIs)
}

// severalSenders has three people talk, in turns and all at once. No two of
// their counts are equal when they talk at once, so that no answer can go to
// the wrong one unseen.
func severalSenders(t *check.T) {
	p := startServer(t)
	people := []*check.Conn{p.DialAs("xaver"), p.DialAs("yves"), p.DialAs("zoe")}
	names := []string{"xaver", "yves", "zoe"}
	counts := make([]int, len(people))
	var lines []string
	send := func(i int) {
		line := names[i] + " : " + word(t.Rand())
		people[i].Send(line)
		counts[i]++
		lines = append(lines, line)
	}
	listen := func(i int) { hear(t, people[i], fmt.Sprintf("received %d", counts[i])) }
	for _, i := range []int{0, 1, 0, 2, 0, 1} { // then they are at 3, 2 and 1
		send(i)
		listen(i)
	}
	for range 3 {
		order := t.Rand().Perm(len(people))
		for _, i := range order { // all wait in the server's socket
			send(i)
		}
		for i := range people {
			listen(i)
		}
	}
	for _, line := range lines {
		expectWords(p, line)
		t.Expect(strings.Count(graphics.ReplaceAllString(p.Stdout(), ""), line+"\n") < 2, check.WrongOutput{Role: "server",
			Stream: trace.Stdout, Want: fmt.Sprintf("the line %q once", line), Got: []byte(p.Stdout())})
	}
}

func oneLeaves(t *check.T) {
	p := startServer(t)
	anna, bert, other := p.DialAs("anna"), p.DialAs("bert"), p.DialAs("zoe")
	first := "anna : " + word(t.Rand())
	say(t, anna, first, "received 1")
	expectWords(p, first)
	say(t, bert, "bert : "+word(t.Rand()), "received 1")
	for i, text := range []string{"quit", "Q", "q ", " q", "q\n"} { // none of them is a q
		say(t, anna, "anna : "+text, fmt.Sprintf("received %d", i+2))
	}
	say(t, anna, "anna : q", "bye")
	if strings.Contains(p.Stdout(), painted("anna")+" : ") {
		expectShown(p, painted("anna")+" left")
	} else { // has no colours yet, which is another step's question
		expectWords(p, "anna left")
	}
	say(t, bert, "bert : "+word(t.Rand()), "received 2")
	say(t, other, "zoe : q", "bye") // who has never said a word may leave too
	expectWords(p, "zoe left")
	back := "back again " + word(t.Rand())
	say(t, anna, "anna : "+back, "received 1")
	expectWords(p, "anna : "+back)
	say(t, bert, "bert : "+word(t.Rand()), "received 3")
}

// onePortTwice has two programs talk that have the same port, each on a host of
// its own. Where a machine has no second address for that, nothing is expected.
func onePortTwice(t *check.T, p *check.Process) {
	one := t.ListenUDP() // on the server's host
	other, ok := samePortElsewhere(t, one)
	if !ok {
		return
	}
	defer other.Close()
	server := check.Datagram{From: net.UDPAddrFromAddrPort(netip.MustParseAddrPort(p.Address))}
	talk := func(answer string) {
		one.Reply(server, "anna : "+word(t.Rand()))
		d := one.ReceiveAgain(p, "answer a program on its own host")
		t.Expect(d.Data == answer, check.SentSomethingElse{Role: "server", Want: []byte(answer), Got: []byte(d.Data)})
	}
	talk("received 1")
	line := "anna : " + word(t.Rand())
	other.send(server, line)
	expectWords(p, line)
	talk("received 2")
}
