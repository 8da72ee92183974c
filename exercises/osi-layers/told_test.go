package osilayers

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/learnnet/learnnet/internal/trace"
)

// drawn are the samples of all steps but those of lines in hex.
var drawn = map[string]func(maker) []sample{
	"ethernet": ethernetFrames, "arp": arpFrames, "ipv4": ipv4Frames, "options": optionFrames, "tcp": tcpFrames, "udp": udpFrames,
	"ipv6": ipv6Frames, "fragments": fragments, "truncated": cutFrames, "lies": lies, "long": longFrames,
}

// TestToldSaysWhatTheViewShows compares two readers of the same frames: what a
// step expects is read by gopacket, what learners see on the screen by
// trace.Layers, whose reading is its own.
func TestToldSaysWhatTheViewShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := maker{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
		name := rapid.SampledFrom([]string{"ethernet", "arp", "ipv4", "options", "tcp", "udp", "ipv6", "fragments"}).Draw(t, "step")
		for _, s := range drawn[name](m) {
			lines, err := told(s.frame, s.refused)
			require.NoError(t, err, s.what)
			require.Equal(t, shown(s.frame), lines, s.what)
		}
	})
}

// TestRefusedFramesAreDamaged wants a step to refuse only what the decoder of
// the timeline finds damaged, or short, or what contradicts itself.
func TestRefusedFramesAreDamaged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := maker{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
		for _, s := range slices.Concat(cutFrames(m), lies(m)) {
			lines, err := told(s.frame, s.refused)
			require.NoError(t, err, s.what)
			if s.refused == "" {
				require.Equal(t, shown(s.frame), lines, s.what)
				continue
			}
			require.Equal(t, "error: "+s.refused, lines[len(lines)-1], s.what)
			require.True(t, damaged(s.frame), "%s: %x", s.what, s.frame)
			// What stands before the error is what the view shows, too.
			require.Equal(t, lines[:len(lines)-1], append([]string{}, shown(s.frame)[:len(lines)-1]...), s.what)
		}
	})
}

// TestLinesAreHexUnlessRefused reads the lines as task.md says.
func TestLinesAreHexUnlessRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := maker{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
		for _, s := range linesInHex(m) {
			frame, err := hex.DecodeString(strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", ":", "").Replace(s.text()))
			require.Equal(t, s.refused == badHex, err != nil, s.what)
			if err == nil {
				require.Equal(t, s.frame, frame, s.what)
			}
		}
	})
}

// damaged reports whether the view finds anything wrong with a frame.
func damaged(frame []byte) bool {
	var version, kind string
	for _, l := range trace.Layers(frame) {
		for _, f := range l.Fields {
			switch {
			case f.Value == "cut short", strings.HasPrefix(f.Note, "wrong: "), strings.HasSuffix(f.Note, "are not here"):
				return true
			case f.Name == "Version":
				version = f.Value
			case f.Name == "Type" && l.Name == "Ethernet":
				kind = f.Note
			case f.Name == "Hardware type" && f.Note == "", f.Name == "Hardware size" && f.Value != "6",
				f.Name == "Protocol type" && f.Note == "", f.Name == "Protocol size" && f.Value != "4":
				return true
			case l.Name == "UDP" && f.Name == "Length":
				// The view shows it, and leaves it to people to compare.
				n, _ := strconv.Atoi(f.Value)
				if n < 8 || n > len(frame)-f.Offset+4 {
					return true
				}
			}
		}
	}
	return version != "" && kind != "IPv"+version
}

// shown tells a frame as a program must, out of what the view shows of it, up
// to the first layer that is cut short.
func shown(frame []byte) []string {
	var out []string
	for _, l := range trace.Layers(frame) {
		v, ok := lookAt(l, frame)
		if !ok {
			return out
		}
		if line := v.line(l.Name); line != "" {
			out = append(out, line)
		}
		var carries string // a protocol that is unknown
		switch next := v.fields["Protocol"] + v.fields["Next header"]; {
		case l.Name == "Ethernet" && !slices.Contains([]string{"0x0800", "0x0806", "0x86dd"}, v.fields["Type"]):
			out = append(out, "unknown type="+v.fields["Type"])
		case l.Name == "IPv4" && v.number("Fragment offset") > 0:
			out = append(out, "fragment")
		case (l.Name == "IPv4" || l.Name == "IPv6") && next != "6" && next != "17":
			carries = next
		case l.Name == "UDP" && v.end <= v.at+v.number("Length") && v.at+v.number("Length") <= len(frame):
			return append(out, payloadLine(frame[v.end:v.at+v.number("Length")])...)
		case l.Name == "Payload" || l.Name == "Fragment":
			out = append(out, payloadLine(frame[v.at:v.end])...)
		}
		if carries != "" { // the view goes on into ICMP and extension headers
			packet := v.at + v.number("Total length")
			if l.Name == "IPv6" {
				packet = v.end + v.number("Payload length")
			}
			return append(append(out, "unknown protocol="+carries), payloadLine(frame[v.end:min(packet, len(frame))])...)
		}
	}
	return out
}

// A seen is a layer as the view shows it.
type seen struct {
	fields  map[string]string
	at, end int // the bytes it takes
	options []byte
}

// lookAt returns false for a layer that is cut short.
func lookAt(l trace.Layer, frame []byte) (seen, bool) {
	v := seen{fields: make(map[string]string), at: l.Fields[0].Offset}
	for _, f := range l.Fields {
		if f.Value == "cut short" {
			return v, false
		}
		v.fields[f.Name] = f.Value
		v.end = max(v.end, f.Offset+f.Length)
		if strings.HasPrefix(f.Name, "Option") {
			v.options = append(v.options, frame[f.Offset:f.Offset+f.Length]...)
		}
	}
	if l.Name == "IPv6" {
		v.fields["Source"], v.fields["Destination"] = inFull(frame[v.at+8:]), inFull(frame[v.at+24:])
	}
	return v, true
}

func (v seen) number(name string) int {
	n, _ := strconv.ParseInt(v.fields[name], 0, 32)
	return int(n)
}

// line returns what must be printed about a header; nothing for another layer.
func (v seen) line(name string) string {
	f := v.fields
	switch name {
	case "Ethernet":
		return fmt.Sprintf("ethernet to=%s from=%s type=%s", f["Destination"], f["Source"], f["Type"])
	case "ARP":
		return fmt.Sprintf("arp operation=%s sender-mac=%s sender-ip=%s target-mac=%s target-ip=%s", f["Operation"],
			f["Sender hardware address"], f["Sender IP address"], f["Target hardware address"], f["Target IP address"])
	case "IPv4":
		flags := []string{"-", "MF", "DF", "MF,DF"}[v.number("Flags")&3]
		return fmt.Sprintf("ipv4 from=%s to=%s protocol=%s ttl=%s id=%d flags=%s offset=%d header=%d options=%s", f["Source"], f["Destination"],
			f["Protocol"], f["Time to live"], v.number("Identification"), flags, 8*v.number("Fragment offset"), v.end-v.at, digits(v.options))
	case "IPv6":
		return fmt.Sprintf("ipv6 from=%s to=%s next=%s hops=%s", f["Source"], f["Destination"], f["Next header"], f["Hop limit"])
	case "TCP":
		return fmt.Sprintf("tcp from=%s to=%s seq=%s ack=%s flags=%s window=%s header=%d options=%s", f["Source port"], f["Destination port"],
			f["Sequence number"], f["Acknowledgment number"], inOrder(v.number("Flags")), f["Window"], v.end-v.at, digits(v.options))
	case "UDP":
		return fmt.Sprintf("udp from=%s to=%s length=%s", f["Source port"], f["Destination port"], f["Length"])
	}
	return ""
}

func payloadLine(b []byte) []string {
	if len(b) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("payload bytes=%d hex=%x", len(b), b)}
}

// inFull writes 16 bytes as an address in full.
func inFull(b []byte) string {
	var groups []string
	for i := range 8 {
		groups = append(groups, fmt.Sprintf("%02x%02x", b[2*i], b[2*i+1]))
	}
	return strings.Join(groups, ":")
}

// inOrder returns the flags of a byte, from the lowest bit.
func inOrder(bits int) string {
	var set []string
	for i, name := range []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"} {
		if bits>>i&1 == 1 {
			set = append(set, name)
		}
	}
	if len(set) == 0 {
		return "-"
	}
	return strings.Join(set, ",")
}
