package check

import (
	"fmt"
	"strings"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// Kind names a cause. Hints hang on it, and reports carry it.
type Kind string

// The kinds of cause.
const (
	KindNotFound          Kind = "not-found"
	KindBuildFailed       Kind = "build-failed"
	KindExitedEarly       Kind = "exited-early"
	KindNeverListened     Kind = "never-listened"
	KindOtherProtocol     Kind = "other-protocol"
	KindNeverConnected    Kind = "never-connected"
	KindRefused           Kind = "refused"
	KindSentNothing       Kind = "sent-nothing"
	KindSentSomethingElse Kind = "sent-something-else"
	KindSentTooLittle     Kind = "sent-too-little"
	KindSentTooMuch       Kind = "sent-too-much"
	KindClosedEarly       Kind = "closed-early"
	KindNeverClosed       Kind = "never-closed"
	KindReset             Kind = "reset"
	KindTimedOut          Kind = "timed-out"
	KindNeverEnded        Kind = "never-ended"
	KindLeftProcesses     Kind = "left-processes"
	KindTooManyProcesses  Kind = "too-many-processes"
	KindWrongExit         Kind = "wrong-exit-status"
	KindWrongOutput       Kind = "wrong-output"
	KindFlooded           Kind = "flooded"
	KindAssertion         Kind = "assertion" // a testify assertion of the step's own
)

// A Cause is why a step failed: what the program did, not what the checker
// felt. Error says it in one sentence; Evidence backs it, a line each.
type Cause interface {
	error
	Kind() Kind
	Evidence() []string
}

// NotFound: there is no program for the role, or more than one.
type NotFound struct {
	Role string
	Err  error // *program.NotFoundError or *program.AmbiguousError
}

func (c NotFound) Kind() Kind         { return KindNotFound }
func (c NotFound) Error() string      { return c.Err.Error() }
func (c NotFound) Evidence() []string { return nil }

// BuildFailed: the program doesn't compile.
type BuildFailed struct {
	Role   string
	Output string // the compiler's own lines
}

func (c BuildFailed) Kind() Kind         { return KindBuildFailed }
func (c BuildFailed) Error() string      { return fmt.Sprintf("the %s does not compile", name(c.Role)) }
func (c BuildFailed) Evidence() []string { return lines(c.Output, 20) }

// ExitedEarly: the program ended while something was still expected of it.
type ExitedEarly struct {
	Role   string
	Exit   trace.Exit
	Before string // what was still expected: "it listened on 10.0.0.2:8898"
	Output string // the end of what it wrote to standard error, or to standard output if that is empty
}

func (c ExitedEarly) Kind() Kind { return KindExitedEarly }
func (c ExitedEarly) Error() string {
	return fmt.Sprintf("the %s ended (%s) before %s", name(c.Role), exitText(c.Exit), c.Before)
}
func (c ExitedEarly) Evidence() []string {
	if c.Output == "" {
		return []string{"it printed nothing"}
	}
	return append([]string{"its last lines:"}, lastLines(c.Output, 8)...)
}

// NeverListened: the server runs but nobody listens where it was told to.
type NeverListened struct {
	Role    string
	Network string
	Address string   // where it should listen
	Instead []string // where it does listen
	Doing   string   // what it does instead
}

func (c NeverListened) Kind() Kind { return KindNeverListened }
func (c NeverListened) Error() string {
	if len(c.Instead) > 0 {
		return fmt.Sprintf("the %s listens on %s, not on the address it was given, %s (%s)",
			name(c.Role), strings.Join(c.Instead, " and "), c.Address, c.Network)
	}
	return fmt.Sprintf("the %s never listened on the address it was given, %s (%s)", name(c.Role), c.Address, c.Network)
}
func (c NeverListened) Evidence() []string { return doing(c.Role, c.Doing) }

// OtherProtocol: the server is where it was told to be, but with the other
// transport protocol.
type OtherProtocol struct {
	Role    string
	Address string
	Want    string // "tcp" or "udp"
	Got     string
}

func (c OtherProtocol) Kind() Kind { return KindOtherProtocol }
func (c OtherProtocol) Error() string {
	return fmt.Sprintf("the %s has the right address, %s, but a %s socket; this exercise speaks %s",
		name(c.Role), c.Address, strings.ToUpper(c.Got), strings.ToUpper(c.Want))
}
func (c OtherProtocol) Evidence() []string {
	made := map[string]string{"tcp": "SOCK_STREAM, then bind and listen", "udp": "SOCK_DGRAM, then bind; nothing listens"}
	return []string{fmt.Sprintf("a %s socket is made with %s", strings.ToUpper(c.Want), made[c.Want])}
}

// NeverConnected: the client runs but doesn't connect to where it was told to,
// or, over UDP, sends nothing there.
type NeverConnected struct {
	Role    string
	Address string
	Doing   string
}

func (c NeverConnected) Kind() Kind { return KindNeverConnected }
func (c NeverConnected) Error() string {
	return fmt.Sprintf("the %s never connected to the address it was given, %s", name(c.Role), c.Address)
}
func (c NeverConnected) Evidence() []string { return doing(c.Role, c.Doing) }

// Refused: the kernel of the program's host refused the checker's connection,
// or its datagram: nobody listens there any more.
type Refused struct {
	Role    string
	Address string
	Doing   string
}

func (c Refused) Kind() Kind { return KindRefused }
func (c Refused) Error() string {
	return fmt.Sprintf("connection refused: nobody listens on %s any more, though the %s still runs", c.Address, name(c.Role))
}
func (c Refused) Evidence() []string { return doing(c.Role, c.Doing) }

// SentNothing: not one byte came of what was expected.
type SentNothing struct {
	Role  string
	Want  string // what was expected, as %q or in words
	Doing string
}

func (c SentNothing) Kind() Kind { return KindSentNothing }
func (c SentNothing) Error() string {
	return fmt.Sprintf("the %s sent nothing; expected %s", name(c.Role), c.Want)
}
func (c SentNothing) Evidence() []string { return doing(c.Role, c.Doing) }

// SentSomethingElse: what came differs from what was expected.
type SentSomethingElse struct {
	Role      string
	Want, Got []byte
}

func (c SentSomethingElse) Kind() Kind { return KindSentSomethingElse }
func (c SentSomethingElse) Error() string {
	return fmt.Sprintf("the %s sent %s; expected %s", name(c.Role), quote(c.Got), quote(c.Want))
}
func (c SentSomethingElse) Evidence() []string { return difference(c.Want, c.Got) }

// SentTooLittle: what came is the beginning of what was expected.
type SentTooLittle struct {
	Role      string
	Want, Got []byte
	Closed    bool // it then closed the connection; otherwise it just sent no more
	Doing     string
}

func (c SentTooLittle) Kind() Kind { return KindSentTooLittle }
func (c SentTooLittle) Error() string {
	end := "and then no more"
	if c.Closed {
		end = "and then closed the connection"
	}
	return fmt.Sprintf("the %s sent %s of %s, %s; expected %s",
		name(c.Role), count(len(c.Got), "byte"), count(len(c.Want), "byte"), end, quote(c.Want))
}
func (c SentTooLittle) Evidence() []string {
	return append([]string{"received: " + quote(c.Got)}, doing(c.Role, c.Doing)...)
}

// SentTooMuch: what was expected came, and more after it: Got begins with
// Want, which is empty for a datagram too many.
type SentTooMuch struct {
	Role      string
	Want, Got []byte
}

func (c SentTooMuch) Kind() Kind { return KindSentTooMuch }
func (c SentTooMuch) Error() string {
	if len(c.Want) == 0 {
		return fmt.Sprintf("the %s sent more than it should: %s", name(c.Role), quote(c.Got))
	}
	return fmt.Sprintf("the %s sent %s, and then %s too many: %s", name(c.Role), quote(c.Want),
		count(len(c.Got)-len(c.Want), "byte"), quote(c.Got[len(c.Want):]))
}
func (c SentTooMuch) Evidence() []string { return nil }

// ClosedEarly: the program closed the connection and had sent nothing of what
// was expected.
type ClosedEarly struct {
	Role string
	Want string
}

func (c ClosedEarly) Kind() Kind { return KindClosedEarly }
func (c ClosedEarly) Error() string {
	return fmt.Sprintf("the %s closed the connection without having sent anything; expected %s", name(c.Role), c.Want)
}
func (c ClosedEarly) Evidence() []string { return nil }

// NeverClosed: the exchange is complete but the program keeps the connection open.
type NeverClosed struct {
	Role  string
	Doing string
}

func (c NeverClosed) Kind() Kind { return KindNeverClosed }
func (c NeverClosed) Error() string {
	return fmt.Sprintf("the %s did not close the connection", name(c.Role))
}
func (c NeverClosed) Evidence() []string { return doing(c.Role, c.Doing) }

// Reset: the connection ended with RST and not in order. A kernel sends RST
// when a program closes a socket with received bytes that it never read, or
// when the program dies with them (RFC 1122 §4.2.2.13).
type Reset struct {
	Role   string
	Unread int // bytes the checker sent and the program can't have read; 0 if unknown
}

func (c Reset) Kind() Kind { return KindReset }
func (c Reset) Error() string {
	if c.Unread == 0 {
		return fmt.Sprintf("the %s reset the connection instead of closing it in order", name(c.Role))
	}
	return fmt.Sprintf("the connection was reset: the %s closed it before it had read everything", name(c.Role))
}
func (c Reset) Evidence() []string {
	if c.Unread == 0 {
		return []string{
			"its kernel sent RST and not FIN, as it does when a socket is closed with unread",
			"bytes in it, or with SO_LINGER set to 0, or before it was accepted",
		}
	}
	return []string{fmt.Sprintf("%s of what the checker sent stayed unread, so its kernel answered with RST and not with FIN",
		count(c.Unread, "byte"))}
}

// TimedOut: something else that was waited for did not come.
type TimedOut struct {
	Role  string
	What  string // reads after "did not": "print its answer"
	Doing string
}

func (c TimedOut) Kind() Kind { return KindTimedOut }
func (c TimedOut) Error() string {
	return fmt.Sprintf("the %s did not %s in time", name(c.Role), c.What)
}
func (c TimedOut) Evidence() []string { return doing(c.Role, c.Doing) }

// NeverEnded: the program's work is done but it doesn't end.
type NeverEnded struct {
	Role  string
	Doing string
}

func (c NeverEnded) Kind() Kind         { return KindNeverEnded }
func (c NeverEnded) Error() string      { return fmt.Sprintf("the %s did not end", name(c.Role)) }
func (c NeverEnded) Evidence() []string { return doing(c.Role, c.Doing) }

// LeftProcesses: the program ended and left others running.
type LeftProcesses struct {
	Role string
	Left []lab.Member
}

func (c LeftProcesses) Kind() Kind { return KindLeftProcesses }
func (c LeftProcesses) Error() string {
	return fmt.Sprintf("the %s ended and left %s running", name(c.Role), count(len(c.Left), "process"))
}
func (c LeftProcesses) Evidence() []string { return members(c.Left) }

// TooManyProcesses: the program was stopped because it had more processes than
// any right one has.
type TooManyProcesses struct {
	Role      string
	Processes []lab.Member
}

func (c TooManyProcesses) Kind() Kind { return KindTooManyProcesses }
func (c TooManyProcesses) Error() string {
	return fmt.Sprintf("the %s had started %s and was stopped: it may have %d at once",
		name(c.Role), count(len(c.Processes), "process"), mostProcesses)
}
func (c TooManyProcesses) Evidence() []string {
	return append(members(c.Processes), "does each child end, once it has done its work?")
}

// WrongExit: the program ended with another status than it should.
type WrongExit struct {
	Role   string
	Want   string // "0", or "not 0"
	Got    trace.Exit
	Output string
}

func (c WrongExit) Kind() Kind { return KindWrongExit }
func (c WrongExit) Error() string {
	return fmt.Sprintf("the %s ended with %s; expected status %s", name(c.Role), exitText(c.Got), c.Want)
}
func (c WrongExit) Evidence() []string {
	if c.Output == "" {
		return nil
	}
	return append([]string{"its last lines:"}, lastLines(c.Output, 8)...)
}

// WrongOutput: the program printed something else than it should.
type WrongOutput struct {
	Role      string
	Stream    trace.Stream
	Want      string // in words, when it is no exact text
	Exact     []byte // the exact text expected, or nil
	Got       []byte
	StillRuns bool
	Doing     string
}

func (c WrongOutput) Kind() Kind { return KindWrongOutput }
func (c WrongOutput) Error() string {
	want := c.Want
	if c.Exact != nil {
		want = quote(c.Exact)
	}
	return fmt.Sprintf("the %s printed %s on %s; expected %s", name(c.Role), quote(c.Got), streamName(c.Stream), want)
}
func (c WrongOutput) Evidence() []string {
	var out []string
	if c.Exact != nil && len(c.Got) > 0 {
		out = difference(c.Exact, c.Got)
	}
	if c.StillRuns {
		out = append(out, doing(c.Role, c.Doing)...)
		if len(c.Got) == 0 {
			out = append(out, "what a program keeps in a buffer has not been printed: flush after each line")
		}
	}
	return out
}

// Flooded: the program sent so much that the wire could not carry it.
type Flooded struct {
	Role   string
	Frames uint64 // that crossed or should have crossed the wire during the step
}

func (c Flooded) Kind() Kind { return KindFlooded }
func (c Flooded) Error() string {
	return fmt.Sprintf("the %s flooded the wire: %d frames in this step", name(c.Role), c.Frames)
}
func (c Flooded) Evidence() []string { return nil }

// Assertion: an assertion that the step makes with testify failed.
type Assertion struct{ Messages []string }

func (c Assertion) Kind() Kind    { return KindAssertion }
func (c Assertion) Error() string { return strings.Join(c.Messages, "; ") }
func (c Assertion) Evidence() []string {
	return nil
}
