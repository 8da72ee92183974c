package ladder

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/learnnet/learnnet/internal/trace"
)

func relayed(h trace.Host, network string, n int, what trace.RelayWhat, data string) trace.Event {
	at := func(port int) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port))
	}
	return trace.Event{Kind: trace.KindRelay, Host: h, Relay: &trace.Relay{Network: network, Conn: n, What: what,
		Client: at(41931 + n), Via: at(20001), Server: at(20000), Data: []byte(data), Length: len(data)}}
}

// through is what a relay sees of three connections and of a datagram.
func through() []trace.Event {
	events := []trace.Event{
		relayed(trace.Client, "tcp", 1, trace.RelayConnected, ""),
		relayed(trace.Client, "tcp", 1, trace.RelayData, "hello!"),
		printed(trace.Server, "server", trace.Stdout, "hello!\n"),
		relayed(trace.Server, "tcp", 1, trace.RelayData, "hi"),
		relayed(trace.Server, "tcp", 1, trace.RelayEnded, ""),
		relayed(trace.Client, "tcp", 1, trace.RelayEnded, ""),
		relayed(trace.Client, "tcp", 2, trace.RelayConnected, ""),
		relayed(trace.Client, "tcp", 2, trace.RelayReset, ""),
		relayed(trace.Client, "tcp", 3, trace.RelayConnected, ""),
		relayed(trace.Server, "tcp", 3, trace.RelayRefused, ""),
		relayed(trace.Client, "udp", 4, trace.RelayData, "%Y-%m-%d %H:%M:%S, which is a long question"),
	}
	for i := range events {
		events[i].At = time.Duration(i+1) * time.Millisecond
	}
	return events
}

// onLoopback are the options for a run on the loopback.
func onLoopback(width int, ascii bool) Options {
	return Options{Relay: true, Width: width, ASCII: ascii,
		Names: map[trace.Host]string{trace.Client: "127.0.0.1", trace.Server: "127.0.0.1"}}
}

func TestARelaysArrowsAreToldToThoseWhoCannotSeeThem(t *testing.T) {
	for form := range forms {
		m := parse(t, written(t, form, onLoopback(0, false), through()...))
		labels := strings.Join(m.attrs["aria-label"], "\n")
		for _, want := range []string{`relay from client to server: "hello!" 6 bytes`, "relay from server to client: ends its stream",
			"relay from client to server: resets", "relay from server to client: refuses"} {
			assert.Contains(t, labels, want, form)
		}
		assert.Contains(t, m.all(), "here was no wire to see", form)
		assert.NotContains(t, m.all(), "frame on the wire", form)
	}
}

func TestAPageOpensTheRelaysArrows(t *testing.T) {
	all := parse(t, written(t, "html", onLoopback(0, false), through()...)).all()
	for _, want := range []string{"The client connected to learnnet's relay at 127.0.0.1:20001.", "The server sends no more",
		`"%Y-%m-%d %H:%M:%S, which is a long question"`, "Nobody listens at the server"} {
		assert.Contains(t, all, want)
	}
}

func TestPcapngHasNothingOfARelay(t *testing.T) {
	with, without := new(strings.Builder), new(strings.Builder)
	assert.NoError(t, WritePcapng(with, slices.Values(through()), time.Unix(0, 0), nil))
	assert.NoError(t, WritePcapng(without, slices.Values([]trace.Event(nil)), time.Unix(0, 0), nil))
	assert.Equal(t, without.String(), with.String())
}
