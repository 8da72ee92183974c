package lab

import (
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/learnnet/learnnet/internal/trace"
)

// frameFrom makes a frame of a host's. The transport is a *layers.TCP or a
// *layers.UDP with the ports of a client's frame; a server's get them the other way.
func frameFrom(t require.TestingT, from trace.Host, transport gopacket.SerializableLayer, payload string) WireFrame {
	macs, ips := []net.HardwareAddr{{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}}, []net.IP{ClientIP.AsSlice(), ServerIP.AsSlice()}
	here, there := 0, 1
	if from == trace.Server {
		here, there = there, here
	}
	ip := &layers.IPv4{Version: 4, TTL: 64, SrcIP: ips[here], DstIP: ips[there]}
	switch l := transport.(type) {
	case *layers.TCP:
		ip.Protocol = layers.IPProtocolTCP
		if from == trace.Server {
			l.SrcPort, l.DstPort = l.DstPort, l.SrcPort
		}
		require.NoError(t, l.SetNetworkLayerForChecksum(ip))
	case *layers.UDP:
		ip.Protocol = layers.IPProtocolUDP
		if from == trace.Server {
			l.SrcPort, l.DstPort = l.DstPort, l.SrcPort
		}
		require.NoError(t, l.SetNetworkLayerForChecksum(ip))
	}
	b := gopacket.NewSerializeBuffer()
	require.NoError(t, gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.Ethernet{SrcMAC: macs[here], DstMAC: macs[there], EthernetType: layers.EthernetTypeIPv4}, ip, transport, gopacket.Payload(payload)))
	return WireFrame{From: from, Bytes: b.Bytes()}
}

// conversation is a question by UDP and its answer, and then TCP hello.
func conversation(t require.TestingT) []WireFrame {
	udp := func() *layers.UDP { return &layers.UDP{SrcPort: 40000, DstPort: 9090} }
	tcp := func(seq, ack uint32) *layers.TCP {
		return &layers.TCP{SrcPort: 50000, DstPort: 8898, Seq: seq, Ack: ack, ACK: true, Window: 1000}
	}
	syn, synAck := tcp(1000, 0), tcp(7000, 1001)
	syn.SYN, syn.ACK, synAck.SYN = true, false, true
	hello, hi := tcp(1001, 7001), tcp(7001, 1007)
	hello.PSH, hi.PSH = true, true
	serverFIN, clientFIN := tcp(7003, 1007), tcp(1007, 7004)
	serverFIN.FIN, clientFIN.FIN = true, true
	return []WireFrame{
		frameFrom(t, trace.Client, udp(), "%H"),
		frameFrom(t, trace.Server, udp(), "12"),
		frameFrom(t, trace.Client, udp(), "%M"),
		frameFrom(t, trace.Client, syn, ""),
		frameFrom(t, trace.Server, synAck, ""),
		frameFrom(t, trace.Client, tcp(1001, 7001), ""),
		frameFrom(t, trace.Client, hello, "hello!"),
		frameFrom(t, trace.Server, tcp(7001, 1007), ""),
		frameFrom(t, trace.Server, hi, "hi"),
		frameFrom(t, trace.Client, tcp(1007, 7003), ""),
		frameFrom(t, trace.Server, serverFIN, ""),
		frameFrom(t, trace.Client, clientFIN, ""),
		frameFrom(t, trace.Server, tcp(7004, 1008), ""),
	}
}

func TestFramesAreNamedByWhatTheyDo(t *testing.T) {
	names := newNamer()
	var got []FrameName
	for _, f := range conversation(t) {
		got = append(got, names.name(f))
	}
	assert.Equal(t, []FrameName{
		{trace.Client, "UDP 1", 1},
		{trace.Server, "UDP 1", 1},
		{trace.Client, "UDP 1", 2},
		{trace.Client, "TCP 1 SYN", 1},
		{trace.Server, "TCP 1 SYN ACK", 1},
		{trace.Client, "TCP 1 ACK ack=1", 1},
		{trace.Client, "TCP 1 seq=1 len=6", 1},
		{trace.Server, "TCP 1 ACK ack=7", 1},
		{trace.Server, "TCP 1 seq=1 len=2", 1},
		{trace.Client, "TCP 1 ACK ack=3", 1},
		{trace.Server, "TCP 1 FIN seq=3", 1},
		{trace.Client, "TCP 1 FIN seq=7", 1},
		{trace.Server, "TCP 1 ACK ack=8", 1},
	}, got)
}

// TestRepetitionsRenameNoFrame has kernels repeat any of their segments any
// number of times, as they do while somebody holds a frame.
func TestRepetitionsRenameNoFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const datagrams = 3 // which no kernel repeats
		frames := conversation(t)
		alone, disturbed := newNamer(), newNamer()
		seen := make(map[FrameName]bool)
		for i, f := range frames {
			want := alone.name(f)
			name := disturbed.name(f)
			require.Equal(t, want, name)
			require.False(t, seen[name])
			seen[name] = true
			for range rapid.IntRange(0, 3).Draw(t, "repetitions") {
				if i < datagrams {
					break
				}
				again := disturbed.name(frames[rapid.IntRange(datagrams, i).Draw(t, "of")])
				require.False(t, seen[again], "%v names two frames", again)
				seen[again] = true
			}
		}
	})
}
