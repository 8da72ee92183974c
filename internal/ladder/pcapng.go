package ladder

import (
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/learnnet/learnnet/internal/trace"
)

// WritePcapng writes the frames among events as a pcapng file, as Wireshark
// reads it. start is when the timeline began. Each frame belongs to the
// interface "client" or "server" of the host that sent it; one that the wire
// dropped, doubled, damaged or held has a comment that says so.
func WritePcapng(w io.Writer, events iter.Seq[trace.Event], start time.Time) error {
	options := pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "learnnet"}}
	nic := func(h trace.Host) pcapgo.NgInterface {
		return pcapgo.NgInterface{Name: string(h), Description: "what the " + string(h) + " sent", LinkType: layers.LinkTypeEthernet}
	}
	file, err := pcapgo.NewNgWriterInterface(w, nic(trace.Client), options)
	if err != nil {
		return fmt.Errorf("write pcapng: %w", err)
	}
	server, err := file.AddInterface(nic(trace.Server))
	if err != nil {
		return fmt.Errorf("write pcapng: %w", err)
	}
	for e := range events {
		f := e.Frame
		if f == nil {
			continue
		}
		info := gopacket.CaptureInfo{
			Timestamp:     start.Add(e.At),
			CaptureLength: len(f.Bytes),
			Length:        max(f.Length, len(f.Bytes)),
		}
		if e.Host == trace.Server {
			info.InterfaceIndex = server
		}
		if err := file.WritePacketWithOptions(info, f.Bytes, pcapgo.NgPacketOptions{Comments: comments(f)}); err != nil {
			return fmt.Errorf("write pcapng: event %d: %w", e.Seq, err)
		}
	}
	if err := file.Flush(); err != nil {
		return fmt.Errorf("write pcapng: %w", err)
	}
	return nil
}

func comments(f *trace.Frame) []string {
	var said []string
	switch f.Fate {
	case trace.Dropped:
		said = append(said, "dropped: the wire lost this frame")
	case trace.Duplicated:
		said = append(said, "duplicated: the wire made this copy")
	case trace.Corrupted:
		said = append(said, "corrupted: the wire changed one byte")
	}
	if f.Held > 0 {
		said = append(said, fmt.Sprintf("held: the wire kept this frame for %v", f.Held))
	}
	return said
}
