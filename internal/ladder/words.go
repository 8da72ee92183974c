package ladder

import (
	"fmt"
	"strconv"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// Printable returns text that can do a terminal no harm: control characters,
// bytes that are not UTF-8 and, with ascii, all that is not ASCII become Go
// escapes.
func Printable(text string, ascii bool) string { return escape(text, ascii) }

// Notes returns what else there is to say of a frame than what it says itself:
// "again, held 20 ms".
func Notes(f *trace.Frame, p trace.Packet) string { return notes(f, p) }

// Turn says in which way a program's run has turned: it starts, or ends.
func Turn(p *trace.Process) string {
	switch exit := p.Exit; {
	case exit == nil:
		return "starts"
	case exit.Signal != "":
		return "ends, " + exit.Signal
	default:
		return "ends, status " + strconv.Itoa(exit.Status)
	}
}

// Given says what a program got on its standard input.
func Given(in *trace.Input) string {
	switch {
	case in.EOF && len(in.Data) > 0:
		return "gets " + quote(in.Data) + ", then end of input"
	case in.EOF:
		return "gets end of input"
	}
	return "gets " + quote(in.Data)
}

// Milliseconds shows a duration as closely as it matters: "3.1 ms".
func Milliseconds(d time.Duration) string { return milliseconds(d) }

// Clock shows a time of a run in milliseconds, in seven cells.
func Clock(at time.Duration) string { return clock(at) }

// Learned returns the arguments that the kernel filled in by the time a call
// returned: those that its entry hasn't got.
func Learned(entry, exit []string) []string { return learned(entry, exit) }

// Relayed explains in a sentence or two what a relay saw one side do, and what
// the relay did then.
func Relayed(from trace.Host, r *trace.Relay) []string {
	to, datagram := from.Peer(), r.Network == "udp"
	behind := r.Server
	if to == trace.Client {
		behind = r.Client
	}
	switch r.What {
	case trace.RelayConnected:
		return []string{fmt.Sprintf("The %s connected to learnnet's relay at %v.", from, r.Via),
			fmt.Sprintf("The relay connects to the %s at %v and passes on what both sides send.", to, behind)}
	case trace.RelayData:
		n := r.Pieces()[1] // "6 bytes"
		if datagram {
			return []string{fmt.Sprintf("The %s sent a datagram of %s.", from, n),
				fmt.Sprintf("The relay sent it on to the %s, whole.", to)}
		}
		return []string{fmt.Sprintf("The %s sent %s: what one read of the relay returned.", from, n),
			fmt.Sprintf("The relay sent that on to the %s, whose reads may cut the stream elsewhere.", to)}
	case trace.RelayEnded:
		return []string{fmt.Sprintf("The %s sends no more: the relay read the end of its stream, which TCP tells with a FIN.", from),
			fmt.Sprintf("The relay ends its stream to the %s, too. The other way is not touched.", to)}
	case trace.RelayReset:
		return []string{fmt.Sprintf("The %s gave the connection up, which TCP tells with a RST.", from),
			fmt.Sprintf("The relay resets its connection to the %s, too.", to)}
	case trace.RelayRefused:
		if datagram {
			return []string{fmt.Sprintf("Nobody has the UDP port at the %s: the system told the relay so, as ICMP does on a wire.", from),
				fmt.Sprintf("The relay can't pass that on: the %s hears nothing.", to)}
		}
		return []string{fmt.Sprintf("Nobody listens at the %s: it refused the relay's connection.", from),
			fmt.Sprintf("The %s is connected to the relay already, which resets that connection.", to)}
	case trace.RelayFailed:
		return []string{"This machine would not let learnnet's relay do its work: " + r.Error + "."}
	}
	return nil
}
