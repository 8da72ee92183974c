package tui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/manual"
	"github.com/learnnet/learnnet/internal/trace"
)

// A detail is what there is to say of a row.
type detail struct {
	title  string
	said   []string // paragraphs
	layers []trace.Layer
	bytes  []byte // shown in hex beside all that
}

// layersOf returns the layers of a frame's row; none of another.
func layersOf(r *row) []trace.Layer {
	if r.event.Frame == nil {
		return nil
	}
	l := trace.Layers(r.event.Frame.Bytes)
	r.packet.Annotate(l)
	return l
}

// detailOf returns what there is to say of r.
func detailOf(r *row) detail {
	e := r.event
	switch {
	case e.Frame != nil:
		return frameDetail(r)
	case e.Call != nil:
		return callDetail(e.Host, e.Call, r.child, r.held)
	case e.Socket != nil:
		return stateDetail(e.Host, e.Socket)
	case e.Relay != nil:
		return relayDetail(e.Host, e.Relay)
	case e.Output != nil:
		return detail{fmt.Sprintf("%s prints on its standard %s", e.Output.Program, map[trace.Stream]string{
			trace.Stdout: "output", trace.Stderr: "error"}[e.Output.Stream]), []string{excerpt(e.Output.Data)}, nil, e.Output.Data}
	case e.Input != nil:
		d := detail{e.Input.Program + " is given standard input", []string{excerpt(e.Input.Data)}, nil, e.Input.Data}
		if e.Input.EOF {
			d.said = append(d.said, "Its standard input ends: whoever reads it gets 0 bytes.")
		}
		return d
	case e.Process != nil:
		return processDetail(e.Host, e.Process)
	case e.Action != nil:
		return detail{"the " + e.Action.Actor, []string{e.Action.Text}, nil, e.Action.Data}
	}
	return detail{title: r.text}
}

// excerpt quotes data, or its beginning.
func excerpt(data []byte) string {
	const limit = 512
	if len(data) > limit {
		return strconv.Quote(string(data[:limit])) + "..."
	}
	return strconv.Quote(string(data))
}

func frameDetail(r *row) detail {
	f := r.event.Frame
	d := detail{title: fmt.Sprintf("frame to the %s, %d bytes", r.host.Peer(), f.Length), layers: layersOf(r), bytes: f.Bytes}
	switch {
	case r.held != free:
		d.title += ", held"
		if r.fate != "" {
			d.said = append(d.said, "Unless you decide otherwise, the wire "+r.fate+".")
		}
	case f.Fate == trace.Dropped:
		d.said = append(d.said, "The wire lost it: the "+string(r.host.Peer())+" never sees it.")
	case f.Fate == trace.Duplicated:
		d.said = append(d.said, "The wire's copy of a frame that went before.")
	case f.Fate == trace.Corrupted:
		d.said = append(d.said, "The wire damaged it: one byte is not what was sent.")
	}
	if r.packet.Retransmission {
		d.said = append(d.said, "Sent before: nobody acknowledged that in time.")
	}
	if r.packet.OutOfOrder {
		d.said = append(d.said, "Overtaken by what was sent after it.")
	}
	if r.packet.DuplicateACK {
		d.said = append(d.said, "Says again what it said before: something is missing at the "+string(r.host)+".")
	}
	if r.packet.ZeroWindow {
		d.said = append(d.said, "The "+string(r.host)+" has no room: its program doesn't read.")
	}
	if f.Held > 0 {
		d.said = append(d.said, "The wire held it for "+ladder.Milliseconds(f.Held)+".")
	}
	return d
}

func callDetail(h trace.Host, c *trace.Call, child string, held heldness) detail {
	d := detail{title: fmt.Sprintf("%s calls %s", caller(h, c.Program, child), c.Name), said: []string{c.String()}, bytes: c.Data}
	if text, page, ok := manual.Call(c.Name); ok {
		name, section, _ := strings.Cut(strings.TrimSuffix(page, ")"), "(")
		d.said = append(d.said, c.Name+" "+text+".", "Read on: man "+section+" "+name)
	}
	switch end := c.Return; {
	case end == nil && held != free:
		d.title += ", held before the kernel does anything"
	case end == nil:
		d.said = append(d.said, "It has not returned at this point.")
	case held != free:
		d.title += ", held as it returns"
		fallthrough
	default:
		if why := manual.Errno(end.Errno); why != "" {
			d.said = append(d.said[:1:1], append([]string{end.Errno + ": " + why + "."}, d.said[1:]...)...)
		}
		d.said = append(d.said, "It took "+ladder.Milliseconds(end.Waited)+".")
	}
	if child != "" {
		d.said = append(d.said, fmt.Sprintf("A process that the program made makes this call: process %d.", c.PID))
	}
	return d
}

// caller names who makes a call: a program, or a child of its.
func caller(h trace.Host, program, child string) string {
	if child == "" {
		return who(h, program)
	}
	return child + " of " + who(h, program)
}

// who names a program, and its host where the name doesn't.
func who(h trace.Host, program string) string {
	if program == string(h) || program == "" {
		return "the " + string(h)
	}
	return program + " on the " + string(h)
}

func stateDetail(h trace.Host, s *trace.Socket) detail {
	cells := socketCells(*s)
	d := detail{title: fmt.Sprintf("a socket of the %s", h)}
	name := cells[1]
	if cells[2] != "" {
		name += ", connected to " + cells[2]
	}
	d.said = append(d.said, s.Network+" "+name)
	switch {
	case s.Gone:
		d.said = append(d.said, "It is no more. The last state was "+orNone(s.Was)+".")
	case s.Was != "" && s.Was != s.State:
		d.said = append(d.said, "Was "+s.Was+", is "+orNone(s.State)+".")
	}
	if text := manual.State(s.State); text != "" && !s.Gone {
		d.said = append(d.said, s.State+": "+text+".")
	}
	switch {
	case s.Gone:
	case hasBacklog(*s):
		d.said = append(d.said, fmt.Sprintf("Its backlog has room for %d connections; %d wait for accept.", s.SendQ, s.RecvQ))
	case cells[3] != "":
		d.said = append(d.said, "Bytes: "+cells[3]+".")
	}
	return d
}

func orNone(state string) string {
	if state == "" {
		return "none"
	}
	return state
}

// relayDetail tells what a relay saw, and of data more than the row has room for.
func relayDetail(h trace.Host, r *trace.Relay) detail {
	d := detail{title: fmt.Sprintf("the relay: the %s %s", h, r.Summary()), said: ladder.Relayed(h, r), bytes: r.Data}
	if r.What == trace.RelayData {
		kind := "stream"
		if r.Network == "udp" {
			kind = "datagram"
		}
		d.title = fmt.Sprintf("the relay: %s of the %s, %s", kind, h, r.Pieces()[1])
	}
	if cut := r.Length - len(r.Data); len(r.Data) > 0 && cut > 0 {
		d.said = append(d.said, fmt.Sprintf("Its first %d bytes:", len(r.Data)))
	}
	return d
}

func processDetail(h trace.Host, p *trace.Process) detail {
	d := detail{title: who(h, p.Program) + " starts", said: []string{fmt.Sprintf("Process %d.", p.PID)}}
	if p.Exit != nil {
		d.title = who(h, p.Program) + " ends"
		if p.Exit.Signal != "" {
			d.said = append(d.said, "A signal ended it: "+p.Exit.Signal+".")
		} else {
			d.said = append(d.said, fmt.Sprintf("Its exit status is %d.", p.Exit.Status))
		}
	} else if len(p.Args) > 0 {
		d.said = append(d.said, "Its arguments: "+strings.Join(p.Args, " "))
	}
	return d
}
