package trace

import (
	"net/netip"
	"strings"
)

// RelayWhat says what a relay saw.
type RelayWhat string

// What a relay sees of a connection, and, where it says so, of datagrams.
const (
	RelayConnected RelayWhat = "connected" // a connection was made to the relay, which now makes one to the other side
	RelayData      RelayWhat = "data"      // what one read returned of the stream, or a datagram
	RelayEnded     RelayWhat = "ended"     // the end of the stream: the side sends no more (TCP's FIN)
	RelayReset     RelayWhat = "reset"     // the side gave the connection up (TCP's RST)
	RelayRefused   RelayWhat = "refused"   // nobody has the port: of a connection, or of a datagram (ICMP)
	RelayFailed    RelayWhat = "failed"    // this machine would not let the relay do its work; see Relay.Error
)

// Relay is what learnnet's own relay saw of two programs that talk through it,
// where there is no wire. The event's Host is the side that acted. It is
// recorded before the relay passes it on, so that what it causes stands behind
// it.
type Relay struct {
	Network string    `json:"network"` // "tcp", "udp"
	Conn    int       `json:"conn"`    // number of the connection, or of the datagram peer, from 1 in each network
	What    RelayWhat `json:"what"`
	// Client and Server are the addresses of the programs on the two hosts, and
	// Via is that of the relay, at which one reaches the other.
	Client netip.AddrPort `json:"client"`
	Via    netip.AddrPort `json:"via"`
	Server netip.AddrPort `json:"server"`
	// Data is what was sent, at most the first CallData bytes of it.
	Data   []byte `json:"data,omitempty"`
	Length int    `json:"length,omitempty"` // of all that was sent, in bytes
	Error  string `json:"error,omitempty"`  // of RelayFailed, as the system words it
}

// Pieces say what the relay saw, to be read after the name of the side:
// `connects`; `"hello!"`, `6 bytes`. Each stays in one piece where there is room
// for it.
func (r *Relay) Pieces() []string {
	switch r.What {
	case RelayConnected:
		return []string{"connects"}
	case RelayData:
		return []string{excerpt(r.Data, r.Length), count(r.Length)}
	case RelayEnded:
		return []string{"ends its stream"}
	case RelayReset:
		return []string{"resets"}
	case RelayRefused:
		return []string{"refuses"}
	case RelayFailed:
		return []string{"fails:", r.Error}
	}
	return []string{string(r.What)}
}

// Summary says it in one line: `"hello!" 6 bytes`.
func (r *Relay) Summary() string { return strings.Join(r.Pieces(), " ") }

// Broken reports whether the relay saw a connection break, or not come about.
func (r *Relay) Broken() bool {
	return r.What == RelayReset || r.What == RelayRefused || r.What == RelayFailed
}
