package tui

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

func lo(port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
}

func relayed(h trace.Host, network string, what trace.RelayWhat, data string) trace.Event {
	return trace.Event{Kind: trace.KindRelay, Host: h, Relay: &trace.Relay{Network: network, Conn: 1, What: what,
		Client: lo(41932), Via: lo(20001), Server: lo(20000), Data: []byte(data), Length: len(data)}}
}

// onLoopback is the view of events on the loopback, 80 by 24.
func onLoopback(ascii bool, events ...trace.Event) (*model, func() string) {
	m := newModel(Options{Recording: events, Relay: true, ASCII: ascii,
		Names: map[trace.Host]string{trace.Client: "127.0.0.1", trace.Server: "127.0.0.1"}})
	return m, func() string { return strings.Join(m.view(size{80, 24}), "\n") }
}

func TestTheRelaysArrowsStandWhereFramesWould(t *testing.T) {
	_, screen := onLoopback(false,
		relayed(trace.Client, "tcp", trace.RelayConnected, ""),
		relayed(trace.Client, "tcp", trace.RelayData, "hello!"),
		relayed(trace.Server, "tcp", trace.RelayData, "hi"),
		relayed(trace.Server, "tcp", trace.RelayEnded, ""),
		relayed(trace.Client, "tcp", trace.RelayReset, ""))
	shown := screen()
	for _, want := range []string{"client 127.0.0.1 │", "              relay   ", "│ server 127.0.0.1", "│ port 41932    TCP     port 20000 │",
		"│──connects───────", "│──\"hello!\" 6 bytes────", "─────\"hi\" 2 bytes──│", "│◀─────", "──ends its stream──│", "│──resets─────", "─✗▶│",
		"not to be seen on the loopback", "f next arrow"} {
		assert.Contains(t, shown, want)
	}
	assert.NotContains(t, shown, "next call")
	assert.Equal(t, 1, strings.Count(shown, "port 20000"), "the ports are told once")

	_, screen = onLoopback(true, relayed(trace.Server, "tcp", trace.RelayRefused, ""))
	assert.Contains(t, screen(), "|<x-----")
	assert.Equal(t, -1, strings.IndexFunc(screen(), func(r rune) bool { return r > '~' }))
}

func TestTheDetailExplainsWhatTheRelaySaw(t *testing.T) {
	for _, test := range []struct {
		trace.Event
		want []string
	}{
		{relayed(trace.Client, "tcp", trace.RelayConnected, ""),
			[]string{"the relay: the client connects", "learnnet's relay at 127.0.0.1:20001", "connects to the server at 127.0.0.1:20000"}},
		{relayed(trace.Client, "tcp", trace.RelayData, "hello!"),
			[]string{"stream of the client, 6 bytes", "sent 6 bytes", "0000 68 65 6c 6c 6f 21", "hello!"}},
		{relayed(trace.Server, "udp", trace.RelayData, "12:30"),
			[]string{"datagram of the server, 5 bytes", "sent a datagram of 5 bytes", "on to the client, whole", "0000 31 32 3a 33 30"}},
		{relayed(trace.Server, "tcp", trace.RelayEnded, ""), []string{"The server sends no more", "FIN"}},
		{relayed(trace.Server, "tcp", trace.RelayReset, ""), []string{"The server gave the connection up", "RST"}},
		{relayed(trace.Server, "tcp", trace.RelayRefused, ""), []string{"Nobody listens at the server", "The client is connected to the relay already"}},
		{relayed(trace.Server, "udp", trace.RelayRefused, ""), []string{"Nobody has the UDP port at the server", "the client hears nothing"}},
	} {
		m, screen := onLoopback(false, test.Event)
		require.Equal(t, 1, m.rows())
		shown := strings.Join(strings.Fields(screen()), " ")
		for _, want := range test.want {
			assert.Contains(t, shown, want)
		}
	}
	much := relayed(trace.Client, "tcp", trace.RelayData, string(bytes.Repeat([]byte{'x'}, trace.CallData)))
	much.Relay.Length = 32768
	_, screen := onLoopback(false, much)
	assert.Contains(t, screen(), "Its first 2048 bytes:")
}

func TestTheKeyForFramesFindsTheRelaysArrows(t *testing.T) {
	m, _ := onLoopback(false, printed("listening\n"), relayed(trace.Client, "tcp", trace.RelayConnected, ""), printed("hello!\n"),
		relayed(trace.Server, "tcp", trace.RelayEnded, ""))
	m.choose(0)
	var at []int
	for range 2 {
		m.key("f", "f")
		at = append(at, m.at())
	}
	assert.Equal(t, []int{1, 3}, at)
}
