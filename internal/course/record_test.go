package course

import (
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

// TestAStoryLeavesAsideWhatHangsOnTime compares segments of two runs.
func TestAStoryLeavesAsideWhatHangsOnTime(t *testing.T) {
	segment := func(port layers.TCPPort, push bool, text string) []trace.Event {
		ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: net.IP{10, 0, 0, 1}, DstIP: net.IP{10, 0, 0, 2}}
		tcp := &layers.TCP{SrcPort: port, DstPort: 9000, Seq: 1, Ack: 1, ACK: true, PSH: push, Window: 100}
		require.NoError(t, tcp.SetNetworkLayerForChecksum(ip))
		buf := gopacket.NewSerializeBuffer()
		require.NoError(t, gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
			&layers.Ethernet{SrcMAC: make(net.HardwareAddr, 6), DstMAC: make(net.HardwareAddr, 6), EthernetType: layers.EthernetTypeIPv4},
			ip, tcp, gopacket.Payload(text)))
		return []trace.Event{{Kind: trace.KindFrame, Host: trace.Client,
			Frame: &trace.Frame{Bytes: buf.Bytes(), Length: len(buf.Bytes()), Fate: trace.Delivered}}}
	}
	assert.NoError(t, sameStory(segment(40000, true, "hello"), segment(50000, true, "hello")), "its kernel's port")
	assert.NoError(t, sameStory(segment(40000, true, "hello"), segment(40000, false, "hello")), "where its kernel pushes")
	assert.Error(t, sameStory(segment(40000, true, "hello"), segment(40000, true, "help!")))
}
