package lab

import (
	"math/rand/v2"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A WireFrame is a frame that has just come out of a host and about which the
// wire is to decide.
type WireFrame struct {
	From  trace.Host
	N     int    // counts the IP frames from this host, from 1; 0 for others (ARP)
	Bytes []byte // from the Ethernet header on; not to be changed or kept
	// Sent is when it came out of its host. It may have waited since, while the
	// wire was held up by frames before it.
	Sent time.Time
}

// A Fault is what the wire does to one frame. The zero Fault delivers it as it is.
type Fault struct {
	Drop      bool
	Delay     time.Duration // held this long before delivery
	Swap      bool          // delivered behind the next frame of its direction, or after 50 ms if none comes
	Duplicate bool          // delivered twice
	Corrupt   int           // index of the byte whose bits are all flipped; 0 for none
	Wait      bool          // held, before all that, until a frame of its direction comes that has EndWait, or for a minute
	EndWait   bool          // those of its direction that wait go on, before this one does
}

// A Plan decides what the wire does with each frame. It is called for one
// frame at a time, in the order in which they come out of the hosts.
type Plan func(WireFrame) Fault

// LoseNextDatagram is a plan that drops the next UDP datagram of a host, and
// nothing else.
func LoseNextDatagram(from trace.Host) Plan {
	lost := false
	return func(f WireFrame) Fault {
		var d trace.Decoder
		p, _ := d.Decode(trace.Event{Frame: &trace.Frame{Bytes: f.Bytes, Length: len(f.Bytes)}})
		if lost || f.From != from || p.Protocol != "UDP" {
			return Fault{}
		}
		lost = true
		return Fault{Drop: true}
	}
}

// Rates are the faults of one direction of the wire. Probabilities are 0 to 1.
type Rates struct {
	Loss, Duplicate, Reorder, Corrupt float64
	Delay                             time.Duration // of every frame
}

// Faults is a plan drawn from a seed. The same seed gives the n-th IP frame of a
// direction the same fate in every run; ARP passes untouched, so that a lesson
// about TCP doesn't stall for a second on finding the neighbour.
type Faults struct {
	Seed     uint64
	ToServer Rates
	ToClient Rates
}

// Both returns Faults with the same rates in both directions.
func Both(seed uint64, r Rates) Faults {
	return Faults{Seed: seed, ToServer: r, ToClient: r}
}

// Plan returns the decisions.
func (f Faults) Plan() Plan {
	return func(w WireFrame) Fault {
		if w.N == 0 {
			return Fault{}
		}
		rates, direction := f.ToServer, uint64(0)
		if w.From == trace.Server {
			rates, direction = f.ToClient, 1
		}
		// A source of its own for each frame: its fate depends on nothing
		// but the seed, the direction and its number.
		rng := rand.New(rand.NewPCG(f.Seed, direction<<32|uint64(w.N)))
		loss, dup, swap, corrupt := rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()
		fault := Fault{
			Drop:      loss < rates.Loss,
			Duplicate: dup < rates.Duplicate,
			Swap:      swap < rates.Reorder,
			Delay:     rates.Delay,
		}
		const ethernetHeader = 14
		if corrupt < rates.Corrupt && len(w.Bytes) > ethernetHeader {
			// Behind the Ethernet header, so that the frame still arrives and
			// a checksum has something to find.
			fault.Corrupt = ethernetHeader + rng.IntN(len(w.Bytes)-ethernetHeader)
		}
		return fault
	}
}
