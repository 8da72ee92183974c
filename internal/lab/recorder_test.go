package lab

import (
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"

	"github.com/learnnet/learnnet/internal/trace"
)

// A frame waits in the script if it was sent again for the waiting, and only
// where something is done between the same two.
func TestAScriptWaitsOnlyWhereARepetitionComesOfIt(t *testing.T) {
	drop := Fault{Drop: true}
	syn := frameFrom(t, trace.Client, &layers.TCP{SrcPort: 50000, DstPort: 8898, Seq: 1000, SYN: true}, "")
	ack := frameFrom(t, trace.Client, &layers.TCP{SrcPort: 50000, DstPort: 8898, Seq: 1001, Ack: 7001, ACK: true}, "")
	question := frameFrom(t, trace.Client, &layers.UDP{SrcPort: 40000, DstPort: 9090}, "%H")
	answer := frameFrom(t, trace.Server, &layers.UDP{SrcPort: 40000, DstPort: 9090}, "12")
	first := FrameName{trace.Client, "TCP 1 SYN", 1}
	second := FrameName{trace.Client, "TCP 1 SYN", 2}
	third := FrameName{trace.Client, "TCP 1 SYN", 3}
	asked := FrameName{trace.Client, "UDP 1", 2}
	type sent struct {
		frame  WireFrame
		did    Fault
		byHand bool
		ran    bool // nothing was held
		heard  bool // the client then received something
	}
	for name, test := range map[string]struct {
		sent []sent
		want Script
	}{
		"a SYN waits until it is sent again": {[]sent{{frame: syn}, {frame: syn, did: drop, byHand: true}},
			Script{{Frame: first, Until: 2}, {Frame: second, Fault: drop}}},
		"all before it wait": {[]sent{{frame: syn, did: Fault{Duplicate: true}, byHand: true}, {frame: syn}, {frame: syn, did: drop, byHand: true}},
			Script{{Frame: first, Fault: Fault{Duplicate: true}, Until: 3}, {Frame: second, Until: 3}, {Frame: third, Fault: drop}}},
		"something else is done in the connection": {[]sent{{frame: syn}, {frame: syn}, {frame: ack, did: drop, byHand: true}},
			Script{{Frame: first, Until: 2}, {Frame: FrameName{trace.Client, "TCP 1 ACK ack=1", 1}, Fault: drop}}},
		"something is done elsewhere": {[]sent{{frame: syn}, {frame: syn}, {frame: question, did: drop, byHand: true}},
			Script{{Frame: FrameName{trace.Client, "UDP 1", 1}, Fault: drop}}},
		"nothing is done": {[]sent{{frame: syn}, {frame: syn}}, nil},
		"the first was lost": {[]sent{{frame: syn, did: drop}, {frame: syn, did: drop, byHand: true}},
			Script{{Frame: second, Fault: drop}}},
		"nothing was held": {[]sent{{frame: syn, ran: true}, {frame: syn, did: drop, byHand: true}},
			Script{{Frame: second, Fault: drop}}},
		"a question is asked again": {[]sent{{frame: question}, {frame: question, did: drop, byHand: true}},
			Script{{Frame: FrameName{trace.Client, "UDP 1", 1}, Until: 2}, {Frame: asked, Fault: drop}}},
		"the answer was lost": {[]sent{{frame: question}, {frame: answer, did: drop}, {frame: question, did: drop, byHand: true}},
			Script{{Frame: asked, Fault: drop}}},
		"a question is asked anew": {[]sent{{frame: question}, {frame: answer, heard: true}, {frame: question, did: drop, byHand: true}},
			Script{{Frame: asked, Fault: drop}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewRecorder()
			for _, s := range test.sent {
				s.frame.Sent = time.Now()
				frame := r.Name(s.frame)
				if s.byHand {
					r.Do(Deed{Frame: frame, Fault: s.did})
				}
				r.Passed(frame, s.did, !s.ran)
				if s.heard {
					r.Heard(trace.Client)
				}
			}
			assert.Equal(t, test.want, r.Script())
		})
	}
}
