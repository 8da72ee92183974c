package lab

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// traffic is what a host's kernel counted since the host was made.
type traffic struct {
	Sent     uint64 `json:"sent"`     // frames put onto the cable
	Received uint64 `json:"received"` // unicast IP packets taken in from it
}

// traffic reads the host's counters (proc_pid_net(5)).
func (h *agentHost) traffic() (t traffic, err error) {
	var texts [4]string
	for i, name := range []string{"dev", "snmp", "netstat", "snmp6"} {
		if texts[i], err = h.tables.read(name); err != nil {
			return traffic{}, err
		}
	}
	return parseTraffic(texts[0], texts[1], texts[2], texts[3])
}

// parseTraffic reads the tables dev, snmp, netstat and snmp6 of /proc/net.
// Packets of the loopback count as received, but never saw the cable. So do
// copies of what a host sends to a group that it is in: of multicast and
// broadcast nothing is told.
func parseTraffic(dev, snmp, netstat, snmp6 string) (traffic, error) {
	const receivedPackets, sentPackets = 1, 9 // columns of dev
	c := counters{}
	sent := c.of(dev, hostNIC+":", sentPackets)
	looped := c.of(dev, "lo:", receivedPackets)
	received := c.named(snmp, "Ip:", "InReceives") - c.named(netstat, "IpExt:", "InMcastPkts") - c.named(netstat, "IpExt:", "InBcastPkts")
	if snmp6 != "" {
		received += c.of(snmp6, "Ip6InReceives", 0) - c.of(snmp6, "Ip6InMcastPkts", 0)
	}
	return traffic{Sent: sent, Received: received - looped}, c.err
}

// counters finds numbers in the kernel's tables, and keeps the first error.
type counters struct{ err error }

// of returns a number of the line that begins with name, counted from 0.
func (c *counters) of(table, name string, column int) uint64 {
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, name); ok {
			return c.number(strings.Fields(rest), column, name)
		}
	}
	return c.number(nil, column, name)
}

// named returns a number from a table that has a line of names and then one of
// numbers for each protocol.
func (c *counters) named(table, protocol, name string) uint64 {
	var names []string
	for line := range strings.Lines(table) {
		rest, ok := strings.CutPrefix(line, protocol)
		if !ok {
			continue
		}
		if names == nil {
			names = strings.Fields(rest)
			continue
		}
		return c.number(strings.Fields(rest), slices.Index(names, name), protocol+name)
	}
	return c.number(nil, 0, protocol+name)
}

func (c *counters) number(fields []string, i int, what string) uint64 {
	if i < 0 || i >= len(fields) {
		c.err = cmp.Or(c.err, fmt.Errorf("the kernel doesn't count %s", what))
		return 0
	}
	n, err := strconv.ParseUint(fields[i], 10, 64)
	c.err = cmp.Or(c.err, err)
	return n
}

// atRest compares what the hosts' kernels have sent and taken in with what the
// wire has carried.
func (t *twoHosts) atRest() (rest, known bool) {
	// The wire's counters first: a frame that comes later makes them unequal.
	missed := t.line.stats().Missed
	var carried uint64
	handed := make(map[trace.Host]uint64)
	for _, way := range t.line.ways {
		carried += way.carried.Load()
		handed[way.from.Peer()] = way.handed.Load()
	}
	// Not before: a frame counts as held first, and as carried then.
	if t.line.held.Load() > 0 {
		return false, true
	}
	var sent uint64
	for _, h := range []trace.Host{trace.Client, trace.Server} {
		m, err := t.call(context.Background(), message{Op: opTraffic, Host: h})
		if err != nil || m.Traffic == nil {
			return false, false
		}
		sent += m.Traffic.Sent
		if m.Traffic.Received != handed[h] {
			return false, true
		}
	}
	return sent == carried+missed, true
}
