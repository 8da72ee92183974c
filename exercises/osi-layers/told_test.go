package osilayers

import (
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
			case f.Name == "Hardware type" && f.Note == "", f.Name == "Hardware size" && f.Value != "6":
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

// shown tells a frame as a program must, out of what the view shows of it.
func shown(frame []byte) []string {
	var out []string
	var moreFragments bool
	for _, l := range trace.Layers(frame) {
		v := make(map[string]string)
		var at, end int
		var options []byte
		for i, f := range l.Fields {
			if f.Value == "cut short" {
				return out
			}
			v[f.Name] = f.Value
			if i == 0 {
				at = f.Offset
			}
			end = max(end, f.Offset+f.Length)
			if strings.HasPrefix(f.Name, "Option") {
				options = append(options, frame[f.Offset:f.Offset+f.Length]...)
			}
		}
		switch l.Name {
		case "Ethernet":
			out = append(out, fmt.Sprintf("ethernet to=%s from=%s type=%s", v["Destination"], v["Source"], v["Type"]))
			if v["Type"] != "0x0800" && v["Type"] != "0x0806" && v["Type"] != "0x86dd" {
				out = append(out, "unknown type="+v["Type"])
			}
		case "ARP":
			out = append(out, fmt.Sprintf("arp operation=%s sender-mac=%s sender-ip=%s target-mac=%s target-ip=%s", v["Operation"],
				v["Sender hardware address"], v["Sender IP address"], v["Target hardware address"], v["Target IP address"]))
		case "IPv4":
			id, _ := strconv.ParseUint(v["Identification"], 0, 16)
			offset, _ := strconv.Atoi(v["Fragment offset"])
			flags := map[string]string{"0": "-", "1": "MF", "2": "DF", "3": "MF,DF"}[v["Flags"]]
			moreFragments = strings.HasPrefix(flags, "MF")
			out = append(out, fmt.Sprintf("ipv4 from=%s to=%s protocol=%s ttl=%s id=%d flags=%s offset=%d header=%d options=%s", v["Source"],
				v["Destination"], v["Protocol"], v["Time to live"], id, flags, 8*offset, end-at, digits(options)))
			if offset > 0 {
				out = append(out, "fragment")
			} else if v["Protocol"] != "6" && v["Protocol"] != "17" {
				out = append(out, "unknown protocol="+v["Protocol"])
			}
		case "IPv6":
			out = append(out, fmt.Sprintf("ipv6 from=%s to=%s next=%s hops=%s", spaced6(frame[at+8:]), spaced6(frame[at+24:]), v["Next header"], v["Hop limit"]))
			if v["Next header"] != "6" && v["Next header"] != "17" {
				out = append(out, "unknown protocol="+v["Next header"])
				// The view goes on into ICMPv6 and extension headers.
				n, _ := strconv.Atoi(v["Payload length"])
				return append(out, payloadLine(frame[end:min(end+n, len(frame))])...)
			}
		case "TCP":
			out = append(out, fmt.Sprintf("tcp from=%s to=%s seq=%s ack=%s flags=%s window=%s header=%d options=%s", v["Source port"], v["Destination port"],
				v["Sequence number"], v["Acknowledgment number"], inOrder(v["Flags"]), v["Window"], end-at, digits(options)))
		case "UDP":
			out = append(out, fmt.Sprintf("udp from=%s to=%s length=%s", v["Source port"], v["Destination port"], v["Length"]))
			n, _ := strconv.Atoi(v["Length"])
			if !moreFragments && n >= 8 && at+n <= len(frame) {
				return append(out, payloadLine(frame[end:at+n])...)
			}
		case "Padding":
		default: // payload, or something that the view goes on to read, such as ICMP
			if slices.ContainsFunc(out, func(s string) bool { return strings.HasPrefix(s, "unknown protocol") }) {
				total := int(frame[16])<<8 | int(frame[17])
				return append(out, payloadLine(frame[at:min(14+total, len(frame))])...)
			}
			if strings.HasPrefix(out[len(out)-1], "arp") {
				continue
			}
			out = append(out, payloadLine(frame[at:end])...)
		}
	}
	return out
}

func payloadLine(b []byte) []string {
	if len(b) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("payload bytes=%d hex=%x", len(b), b)}
}

// spaced6 writes 16 bytes as an address in full.
func spaced6(b []byte) string {
	var groups []string
	for i := range 8 {
		groups = append(groups, fmt.Sprintf("%02x%02x", b[2*i], b[2*i+1]))
	}
	return strings.Join(groups, ":")
}

// inOrder returns the flags of a byte as the view shows it, from the lowest bit.
func inOrder(shown string) string {
	bits, _ := strconv.ParseUint(shown, 0, 8)
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
