package ladder

import (
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/learnnet/learnnet/internal/trace"
)

// WritePcapng writes the frames among events as a pcapng file, as Wireshark
// reads it. start is when the timeline began. Each frame belongs to the
// interface "client" or "server" of the host that sent it; one that the wire
// dropped, doubled, damaged or held has a comment that says so. names are what
// to call addresses.
func WritePcapng(w io.Writer, events iter.Seq[trace.Event], start time.Time, names map[netip.Addr]string) error {
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
	if err := file.Flush(); err != nil {
		return fmt.Errorf("write pcapng: %w", err)
	}
	if _, err := w.Write(nameBlock(names)); err != nil {
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

// nameBlock returns a Name Resolution Block (draft-ietf-opsawg-pcapng §4.5),
// little-endian as the writer's own blocks; nothing without names.
func nameBlock(names map[netip.Addr]string) []byte {
	if len(names) == 0 {
		return nil
	}
	const blockType, ipv4, ipv6, headAndTail = 4, 1, 2, 12
	var records []byte
	for _, addr := range slices.SortedFunc(maps.Keys(names), netip.Addr.Compare) {
		kind := uint16(ipv4)
		if addr.Is6() {
			kind = ipv6
		}
		value := append(append(addr.AsSlice(), names[addr]...), 0)
		records = binary.LittleEndian.AppendUint16(records, kind)
		records = binary.LittleEndian.AppendUint16(records, uint16(len(value)))
		records = append(records, value...)
		for len(records)%4 != 0 {
			records = append(records, 0)
		}
	}
	records = append(records, 0, 0, 0, 0) // no more records
	size := uint32(headAndTail + len(records))
	block := binary.LittleEndian.AppendUint32(nil, blockType)
	block = binary.LittleEndian.AppendUint32(block, size)
	return binary.LittleEndian.AppendUint32(append(block, records...), size)
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
