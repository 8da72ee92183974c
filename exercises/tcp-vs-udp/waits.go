package tcpvsudp

import (
	"fmt"
	"time"

	"github.com/learnnet/learnnet/internal/check"
)

const (
	// lastWait is lossWait where only one wait is left for the checker to answer in.
	lastWait = 500 * time.Millisecond
	// defaultWait is what the task says that WAIT is if it isn't given.
	defaultWait = time.Second
	// early is how much too soon a system's timer may be.
	early = 50 * time.Millisecond
	// mostRuns is how often in a row a client may be late before that counts: the
	// machine may have held it up.
	mostRuns = 3
)

// expectWaited expects at least wait to have passed since begin, which was
// before the client began, so that a slow checker can't make a patient client
// look hasty.
func expectWaited(t *check.T, begin time.Time, wait time.Duration) {
	waited := time.Since(begin)
	t.Expect(waited >= wait-early, check.Assertion{Messages: []string{fmt.Sprintf(
		"the client asked again no more than %d milliseconds after its start; before that it was to wait for %d in all",
		waited.Milliseconds(), wait.Milliseconds())}})
}

// expectPunctual expects the client not to be late each time that it is made
// to ask again. ask does so, and says in what it was late, if it was.
func expectPunctual(t *check.T, ask func(t *check.T) (late string)) {
	var late string
	for range mostRuns {
		if late = ask(t); late == "" {
			t.Prove()
			return
		}
	}
	t.Fail(check.Assertion{Messages: []string{late}})
}

// askThrice answers a message at the last try. In its first wait the client
// hears much else, and in its second nothing. One that waits twice as long the
// second time is late: it asks a third time three waits after its start.
func askThrice(t *check.T) (late string) {
	text, next := message(t.Rand()), message(t.Rand())
	wait := t.Patience(lastWait)
	begin := time.Now()
	p, r := asks(t, text+"\n"+next+"\n", milliseconds(wait))
	first := r.Receive(p)
	expectAsked(t, first, text)
	second := whileChattering(r, first, wait/5, []string{text + "x", text[:len(text)-1], ""}, func() check.Datagram {
		return r.ReceiveAgain(p, "ask again when its wait was over, though other datagrams came,")
	})
	expectAsked(t, second, text)
	expectWaited(t, begin, wait)
	third := r.ReceiveAgain(p, "ask a third time")
	if waited := time.Since(begin); waited >= 3*wait-early {
		late = fmt.Sprintf("the client asked a third time only %d milliseconds after its start; it was told to wait for %d after each try",
			waited.Milliseconds(), wait.Milliseconds())
	}
	expectAsked(t, third, text)
	expectWaited(t, begin, 2*wait)
	r.Reply(third, text)
	expectLine(p, text)
	d := r.ReceiveAgain(p, "send its next message")
	expectAsked(t, d, next)
	r.Reply(d, next)
	expectLine(p, next)
	p.ExpectExit()
	return late
}

// whileChattering sends one datagram after another to where d came from, with a
// pause before each, until receive returns.
func whileChattering(r *check.Responder, d check.Datagram, pause time.Duration, chatter []string,
	receive func() check.Datagram) check.Datagram {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-tick.C:
				r.Reply(d, chatter[i%len(chatter)])
			}
		}
	}()
	defer func() { // also when receive fails the step
		close(stop)
		<-stopped
	}()
	return receive()
}

// askByDefault leaves the first try of a client without WAIT unanswered. Its
// message is empty, and what comes first isn't: not every datagram is an answer
// to it.
func askByDefault(t *check.T) (late string) {
	lines := []string{"", message(t.Rand())}
	begin := time.Now()
	p, r := asks(t, lines[0]+"\n"+lines[1]+"\n")
	first := r.Receive(p)
	expectAsked(t, first, lines[0])
	r.Reply(first, message(t.Rand()))
	second := r.ReceiveAgain(p, "ask again when no answer came, without being told how long to wait,")
	if waited := time.Since(begin); waited >= defaultWait+t.Patience(defaultWait) {
		late = fmt.Sprintf("the client asked again only %d milliseconds after its start; it was to wait for %d",
			waited.Milliseconds(), defaultWait.Milliseconds())
	}
	expectAsked(t, second, lines[0])
	expectWaited(t, begin, defaultWait)
	r.Reply(second, lines[0])
	expectLine(p, lines[0])
	d := r.ReceiveAgain(p, "send its next message")
	expectAsked(t, d, lines[1])
	r.Reply(d, lines[1])
	expectLine(p, lines[1])
	p.ExpectExit()
	return late
}
