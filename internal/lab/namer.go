package lab

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// A FrameName tells a frame from all others of a run, and finds it again in
// another run of the same programs: it says what the frame is, and not how many
// came before it. How often a kernel repeats itself, or answers a repetition,
// depends on the clock, and a frame that is held is repeated.
type FrameName struct {
	From trace.Host
	// What is what the frame does. Connections, and pairs of UDP ports, are
	// counted from 1 as they appear; a TCP segment has the relative numbers of
	// its data, or of what it acknowledges if that is all it does: "TCP 1 SYN",
	// "TCP 1 seq=1 len=6", "TCP 1 ACK ack=7", "UDP 2", "ARP who has".
	What string
	N    int // counts the frames that do the same, from 1: repetitions, or datagrams
}

func (n FrameName) String() string {
	return fmt.Sprintf("%q number %d from the %s", n.What, n.N, n.From)
}

// A namer names frames. It must be given each frame of a run once, in the order
// in which they come out of the hosts.
type namer struct {
	decoder trace.Decoder
	pairs   map[string]map[[2]netip.AddrPort]int // numbers of connections and pairs of ports, by protocol
	seen    map[FrameName]int                    // how often, by name with N 0
	last    trace.Packet                         // what the frame says that was named last
}

func newNamer() *namer {
	return &namer{pairs: make(map[string]map[[2]netip.AddrPort]int), seen: make(map[FrameName]int)}
}

func (n *namer) name(f WireFrame) FrameName {
	n.last, _ = n.decoder.Decode(trace.Event{Kind: trace.KindFrame, Host: f.From,
		Frame: &trace.Frame{Bytes: f.Bytes, Length: len(f.Bytes)}})
	name := FrameName{From: f.From, What: n.what(n.last)}
	n.seen[name]++
	name.N = n.seen[name]
	return name
}

func (n *namer) what(p trace.Packet) string {
	if p.Source.Port() == 0 && p.Destination.Port() == 0 {
		return strings.TrimSpace(p.Protocol + " " + p.Message)
	}
	what := fmt.Sprintf("%s %d", p.Protocol, n.pair(p))
	if p.Protocol != "TCP" {
		return what
	}
	flags := make(map[string]bool)
	for flag := range strings.FieldsSeq(p.Flags) {
		flags[flag] = true
	}
	switch {
	case flags["RST"]:
		return what + " RST"
	case flags["SYN"] && flags["ACK"]:
		return what + " SYN ACK"
	case flags["SYN"]:
		return what + " SYN"
	case p.Length == 0 && !flags["FIN"]:
		return fmt.Sprintf("%s ACK ack=%d", what, p.Ack)
	}
	if flags["FIN"] {
		what += " FIN"
	}
	what += fmt.Sprintf(" seq=%d", p.Seq)
	if p.Length > 0 {
		what += fmt.Sprintf(" len=%d", p.Length)
	}
	return what
}

// pair returns the number of p's connection or pair of ports.
func (n *namer) pair(p trace.Packet) int {
	ends := [2]netip.AddrPort{p.Source, p.Destination}
	if ends[0].Compare(ends[1]) > 0 {
		ends[0], ends[1] = ends[1], ends[0]
	}
	if n.pairs[p.Protocol] == nil {
		n.pairs[p.Protocol] = make(map[[2]netip.AddrPort]int)
	}
	known := n.pairs[p.Protocol]
	if known[ends] == 0 {
		known[ends] = len(known) + 1
	}
	return known[ends]
}
