package udptime

import (
	"fmt"
	"strconv"
	"time"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// How long the client is told to wait. A wait that is always the same is too
// short where the answer gets lost, or too long where no answer ever comes.
const (
	// lossWait grows with check.T.Patience: after the answer that gets lost the
	// client has two questions left, and the checker must be quicker than twice that.
	lossWait = 350 * time.Millisecond
	// silenceWait doesn't grow: nobody answers.
	silenceWait = 100 * time.Millisecond
	// tooLong is too long for silenceWait, and too short for mostOf(lossWait): by
	// 100 ms both, so that no stall makes one wait seem right for both.
	tooLong = 200 * time.Millisecond
	// longWait is never over while the checker answers, busy as the machine may be.
	longWait = 30 * time.Second
	// surelyTooLong is a wait that a client told to wait for silenceWait does not
	// make twice in a row: a machine that isn't known to be busy would have to hold
	// it up for 400 ms each time.
	surelyTooLong = 500 * time.Millisecond
	// nearlyDefault is what that grows to on a busy machine at most: a client that
	// did not read its third argument waits for about a second.
	nearlyDefault = 900 * time.Millisecond
	// mostRuns is how often in a row a client's waits may be too short or too long
	// before that counts: the machine may have held it up, or the checker.
	mostRuns = 3
)

// mostOf is what the checker sees of a client's wait at least: the first question
// may have been late there.
func mostOf(wait time.Duration) time.Duration { return wait * 6 / 7 }

func loseAnswer(t *check.T) {
	expectOnce(t, askAgain)

	// Nothing makes a client ask again that has all the time to wait.
	r := t.ListenUDP()
	format := anyFormat(t.Rand())
	p := t.Start("client", r.Address, format, milliseconds(longWait))
	d := r.Receive(p)
	expectQuestion(t, d, format)
	lie(t, d, r)
	reply(t, r, d, token(t.Rand()), p)
	r.ExpectNoMore(p)
}

// expectOnce expects a client's waits to be right once in mostRuns runs: the
// machine may have held up the client, the wire or the checker. wrong runs the
// client, and returns what was wrong with them, if anything was.
func expectOnce(t *check.T, wrong func(*check.T) check.Cause) {
	var fault check.Cause
	for range mostRuns {
		if fault = wrong(t); fault == nil {
			t.Prove()
			return
		}
	}
	t.Fail(fault)
}

// askAgain loses an answer, and returns how the client's wait for it was too
// short, if it was.
func askAgain(t *check.T) check.Cause {
	r := t.ListenUDP()
	format := anyFormat(t.Rand())
	begin := time.Now()
	wait := t.Patience(lossWait)
	p := t.Start("client", r.Address, format, milliseconds(wait))
	first := r.Receive(p)
	asked := time.Now()
	expectQuestion(t, first, format)
	if t.Lab().Isolation() == lab.TwoHosts {
		t.Lab().SetPlan(lab.LoseNextDatagram(trace.Server))
		defer t.Lab().SetPlan(nil)
		r.Reply(first, token(t.Rand()))
		t.Act(trace.Server, "loses that answer on the wire", nil)
	} else {
		t.Act(trace.Server, "does not answer, as if the answer got lost", nil)
	}
	second := r.ReceiveAgain(p, "ask again when no answer came")
	between := time.Since(asked)
	// Counted from before the client began, so that a slow checker can't make
	// a patient client look hasty.
	waited := time.Since(begin)
	t.Expect(waited >= wait, check.Assertion{Messages: []string{fmt.Sprintf(
		"the client asked again after no more than %s milliseconds; it was told to wait for %s", milliseconds(waited), milliseconds(wait))}})
	expectQuestion(t, second, format)
	reply(t, r, second, token(t.Rand()), p)
	if between < mostOf(wait) {
		return check.Assertion{Messages: []string{fmt.Sprintf(
			"the client's second question came %s milliseconds after its first; it was told to wait for %s", milliseconds(between), milliseconds(wait))}}
	}
	return nil
}

// tooLate is the cause of a wait that is too long, after a question counted from 1.
func tooLate(question int) check.Cause {
	return check.TimedOut{Role: "client", What: fmt.Sprintf("go on %s milliseconds after question %d, as its third argument says,",
		milliseconds(silenceWait), question)}
}

// giveUp leaves all questions of a client without an answer, and returns what
// was too long of its waits, or too short of the last, if anything was.
func giveUp(t *check.T) (fault check.Cause) {
	r := t.ListenUDP()
	format := anyFormat(t.Rand())
	from := t.Lab().Timeline().Len()
	begin := time.Now()
	p := t.Start("client", r.Address, format, milliseconds(silenceWait))
	expectQuestion(t, r.Receive(p), format)
	at := []time.Time{time.Now()}
	for range 2 {
		expectQuestion(t, r.ReceiveAgain(p, "ask three times"), format)
		at = append(at, time.Now())
	}
	// The shorter wait counts: a client that doesn't know how long to wait is
	// late each time, one that the machine has held up only that once.
	shorter := min(at[1].Sub(at[0]), at[2].Sub(at[1]))
	t.Expect(shorter < min(t.Patience(surelyTooLong), nearlyDefault), tooLate(1))
	if shorter >= tooLong {
		fault = tooLate(1)
	}
	p.MarkStderr() // what it says when it asks again is no goodbye
	p.ExpectPoliteFailure("what went wrong")
	at = append(at, time.Now())
	r.ExpectNoMore(p)
	if lastWait := lastWait(t.Lab().Timeline().From(from)); t.Lab().Isolation() == lab.TwoHosts && lastWait < silenceWait/2 {
		fault = check.Assertion{Messages: []string{fmt.Sprintf(
			"the client gave up %s milliseconds after its third question; it was told to wait for %s", milliseconds(lastWait), milliseconds(silenceWait))}}
	}
	for i := range 3 {
		// Counted from before the client began, so that a slow checker can't make
		// a patient client look hasty.
		waited, least := at[i+1].Sub(begin), time.Duration(i+1)*silenceWait
		t.Expect(waited >= least, check.Assertion{Messages: []string{fmt.Sprintf(
			"the client was done with question %d no more than %s milliseconds after its start; by then it was to have waited for %s",
			i+1, milliseconds(waited), milliseconds(least))}})
		if at[i+1].Sub(at[i]) >= nearlyDefault {
			fault = tooLate(i + 1)
		}
	}
	return fault
}

// lastWait returns how long after its last datagram a client ended. A wire that
// is late makes that less than it was.
func lastWait(run []trace.Event) time.Duration {
	var d trace.Decoder
	asked := time.Duration(0)
	for _, e := range run {
		if p, ok := d.Decode(e); ok && e.Host == trace.Client && p.Protocol == "UDP" {
			asked = e.At
		}
		if e.Process != nil && e.Process.Exit != nil {
			return e.At - asked
		}
	}
	return 0
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
