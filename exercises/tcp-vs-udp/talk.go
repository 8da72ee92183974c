package tcpvsudp

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// How long the client is told to wait, if the machine isn't too busy for that
// (check.T.Patience). Where it has to ask again, two waits are left for the
// checker to answer in.
const (
	lossWait    = 400 * time.Millisecond
	silenceWait = 100 * time.Millisecond
	longWait    = 5 * time.Second // never over while the checker answers, busy as the machine may be
	// patient is longWait where a client that gets no answer has nothing to do with the step.
	patient = 30 * time.Second
	// tooPatient is a wait that a client told to wait for silenceWait doesn't
	// make twice in a row: a machine that isn't known to be busy would have to
	// hold it up for 400 ms each time. One that doesn't read its argument waits for about a second.
	tooPatient = 500 * time.Millisecond
	// nearlyDefault is what tooPatient grows to on a busy machine at most.
	nearlyDefault = 900 * time.Millisecond
)

// sends starts the client with a text on its standard input, and plays a TCP
// server that has received it, and after it the end of that direction.
func sends(t *check.T, text string) (*check.Process, *check.Conn) {
	l := t.Listen()
	p := t.Start("client", l.Address, "tcp")
	p.Feed(text)
	c := l.Accept(p)
	c.Expect(text)
	c.ExpectEnd()
	return p, c
}

func tcpBytes(t *check.T) {
	text := anyBytes(t.Rand()) + "\n" + anyBytes(t.Rand())
	p, c := sends(t, text)
	// Not what was sent, so that a client that prints its own input is found out.
	one, two, long := anyBytes(t.Rand()), letters(t.Rand(), 2), letters(t.Rand(), 10_000)
	c.SendPieces("\n", one, two[:1], two[1:], "\xe5", "\xa4\xaa", long)
	c.Close()
	p.ExpectStdout("\n" + one + two + "\xe5\xa4\xaa" + long)
	p.ExpectExit()

	p, c = sends(t, "")
	c.Close()
	p.ExpectStdout("")
	p.ExpectExit()
}

func fullDuplex(t *check.T) {
	l := t.Listen()
	p := t.Start("client", l.Address, "tcp")
	text, buffer := bulk(t)
	p.Feed(text)
	c := l.Accept(p)
	c.LimitBuffers(buffer)
	// As an echo server does: no more is read before what was read is sent.
	for piece := range pieces(text) {
		echoed(c, piece)
	}
	c.ExpectEnd()
	c.Close()
	p.ExpectExit()
	printed := p.Stdout()
	// Of more than a megabyte only the beginning and the end are kept.
	const kept = 500_000
	whole := printed == text || len(text) > 2*kept && len(printed) > 2*kept &&
		strings.HasPrefix(printed, text[:kept]) && strings.HasSuffix(printed, text[len(text)-kept:])
	t.Expect(whole, check.WrongOutput{Role: "client", Stream: trace.Stdout, Exact: []byte(text), Got: []byte(printed)})
}

// asks starts the client with lines on its standard input, and plays a UDP
// server that waits for the first.
func asks(t *check.T, input string, wait ...string) (*check.Process, *check.Responder) {
	r := t.ListenUDP()
	p := t.Start("client", append([]string{r.Address, "udp"}, wait...)...)
	p.Feed(input)
	return p, r
}

// expectAsked expects a datagram to be the message, byte for byte.
func expectAsked(t *check.T, d check.Datagram, message string) {
	t.Expect(d.Data == message, check.SentSomethingElse{Role: "client", Want: []byte(message), Got: []byte(d.Data)})
}

// expectLine waits until the client has printed text as a line, byte for byte,
// perhaps behind a prompt of punctuation.
func expectLine(p *check.Process, text string) {
	want := fmt.Sprintf("the line %q", text)
	if len(text) > 300 {
		want = fmt.Sprintf("the answer of %d bytes as a line", len(text))
	}
	p.ExpectPrinted(want, func(printed string) bool {
		for line := range bytes.Lines([]byte(printed)) {
			said, ended := bytes.CutSuffix(line, []byte("\n"))
			prompt, ok := bytes.CutSuffix(said, []byte(text))
			if !ok { // Windows' line end
				prompt, ok = bytes.CutSuffix(said, []byte(text+"\r"))
			}
			if ended && ok && !bytes.ContainsFunc(prompt, isAlphanumeric) {
				return true
			}
		}
		return false
	})
}

func udpAsks(t *check.T) {
	lines := []string{message(t.Rand()), message(t.Rand()) + " ", message(t.Rand())}
	p, r := asks(t, strings.Join(lines, "\n")+"\n", milliseconds(longWait))
	converse(t, p, r, lines, func(line string) { p.ExpectLine(strings.TrimSpace(line)) })
	p.ExpectExit()
	r.ExpectNoMore(p)
	expectNoOtherLines(t, p, lines...)

	only := message(t.Rand())
	p, r = asks(t, only) // without a line end, and without WAIT
	converse(t, p, r, []string{only}, p.ExpectLine)
	p.ExpectExit()
}

// expectNoOtherLines expects the client, which has ended and printed the answers
// as lines, to have printed nothing else, prompts of punctuation apart.
func expectNoOtherLines(t *check.T, p *check.Process, answers ...string) {
	said := 0
	for line := range strings.Lines(p.Stdout()) {
		if strings.ContainsFunc(line, isAlphanumeric) {
			said++
		}
	}
	t.Expect(said == len(answers), check.WrongOutput{Role: "client", Stream: trace.Stdout,
		Exact: []byte(strings.Join(append(answers, ""), "\n")), Got: []byte(p.Stdout())})
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// converse expects one message after another, and answers each.
func converse(t *check.T, p *check.Process, r *check.Responder, lines []string, expectPrinted func(line string)) {
	for i, line := range lines {
		var d check.Datagram
		if i == 0 {
			d = r.Receive(p)
		} else {
			d = r.ReceiveAgain(p, "send its next message")
		}
		expectAsked(t, d, line)
		r.Reply(d, line)
		expectPrinted(line)
	}
}

func udpSizes(t *check.T) {
	lines := []string{"", anyBytes(t.Rand()), "", letters(t.Rand(), largest()), "  " + message(t.Rand()) + " "}
	p, r := asks(t, strings.Join(lines, "\n")+"\n", milliseconds(longWait))
	converse(t, p, r, lines, func(line string) { expectLine(p, line) })
	p.ExpectExit()
}

func lateAnswer(t *check.T) {
	one, two := message(t.Rand()), message(t.Rand())
	p, r := asks(t, one+"\n"+two+"\n", milliseconds(patient))
	d := r.Receive(p)
	expectAsked(t, d, one)
	r.Reply(d, one)
	r.Reply(d, one) // as if the network had doubled it
	expectLine(p, one)
	d = r.ReceiveAgain(p, "send its next message")
	expectAsked(t, d, two)
	for range 3 { // and as often more, late, as the client has tries
		r.Reply(d, one)
	}
	r.Reply(d, two)
	expectLine(p, two)
	p.ExpectExit()
	t.Expect(strings.Count(p.Stdout(), one) == 1, check.WrongOutput{Role: "client", Stream: trace.Stdout,
		Want: "each answer once", Got: []byte(p.Stdout())})
	r.ExpectNoMore(p)
}

func loseAnswer(t *check.T) {
	text := message(t.Rand())
	wait, begin := t.Patience(lossWait), time.Now()
	p, r := asks(t, text+"\n", milliseconds(wait))
	first := r.Receive(p)
	expectAsked(t, first, text)
	if t.Lab().Isolation() == lab.TwoHosts {
		t.Lab().SetPlan(lab.LoseNextDatagram(trace.Server))
		defer t.Lab().SetPlan(nil)
		r.Reply(first, text)
		t.Act(trace.Server, "loses that answer on the wire", nil)
	} else {
		t.Act(trace.Server, "does not answer, as if the answer got lost", nil)
	}
	second := r.ReceiveAgain(p, "send its message again when no answer came")
	// Counted from before the client began, so that a slow checker can't make
	// a patient client look hasty.
	waited := time.Since(begin)
	t.Expect(waited >= wait, check.Assertion{Messages: []string{fmt.Sprintf(
		"the client asked again after no more than %d milliseconds; it was told to wait for %d", waited.Milliseconds(), wait.Milliseconds())}})
	expectAsked(t, second, text)
	r.Reply(second, text)
	expectLine(p, text)
	p.ExpectExit()
}

func stranger(t *check.T) {
	other := t.ListenUDP()
	text := message(t.Rand())
	p, r := asks(t, text+"\n", milliseconds(t.Patience(lossWait)))
	first := r.Receive(p)
	expectAsked(t, first, text)
	lie := "from a stranger: " + letters(t.Rand(), 8)
	other.Reply(first, lie)
	other.Reply(first, text) // the right content, from the wrong address
	second := r.ReceiveAgain(p, "wait for an answer from the address it asked, and send again when none came")
	expectAsked(t, second, text)
	r.Reply(second, text)
	expectLine(p, text)
	p.ExpectExit()
	t.Expect(!strings.Contains(p.Stdout(), lie), check.WrongOutput{Role: "client", Stream: trace.Stdout,
		Want: "nothing of what a stranger said", Got: []byte(p.Stdout())})
}

func neverAnswer(t *check.T) {
	text := message(t.Rand())
	p, r := asks(t, text+"\n"+message(t.Rand())+"\n", milliseconds(silenceWait))
	expectAsked(t, r.Receive(p), text)
	first := time.Now()
	expectAsked(t, r.ReceiveAgain(p, "ask three times"), text)
	second := time.Now()
	expectAsked(t, r.ReceiveAgain(p, "ask three times"), text)
	// The shorter wait counts: a client that doesn't know how long to wait is
	// late each time, one that the machine has held up only that once.
	wait := min(second.Sub(first), time.Since(second))
	t.Expect(wait < min(t.Patience(tooPatient), nearlyDefault), check.TimedOut{Role: "client",
		What: fmt.Sprintf("give up after three waits of %d milliseconds, as it was told to,", silenceWait.Milliseconds())})
	p.ExpectExitStatus(1)
	p.ExpectOwnWords("what went wrong")
	expectNoOtherLines(t, p)
	r.ExpectNoMore(p)
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
