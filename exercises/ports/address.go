package ports

import (
	"fmt"
	"net/netip"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
)

// onePort returns a range of a single port, which is open.
func onePort(t *check.T) *target {
	return setUp(t, []door{{state: open}}, lowPort(t))
}

// lowest returns the lowest range of three closed ports that there is.
func lowest(t *check.T) *target {
	next := 1
	return setUp(t, make([]door, 3), func() int {
		defer func() { next += 3 }()
		return next
	})
}

// address6 returns the IPv6 address of the server host.
func address6(t *check.T) netip.Addr {
	ip := netip.IPv6Loopback()
	if t.Lab().Isolation() == lab.TwoHosts {
		ip = lab.ServerIP6
	}
	l, err := t.Lab().Server().Listen(t.Context(), "tcp", netip.AddrPortFrom(ip, 0).String())
	if err != nil {
		t.Break(fmt.Errorf("this machine has no IPv6 at %s: %w", ip, err))
	}
	_ = lab.CloseForGood(l)
	return ip
}

func scansIPv6(t *check.T) {
	needsRefusal(t)
	g := setUpAt(t, address6(t), mixed(t.Rand(), 5, 1), lowPort(t))
	defer g.close()
	g.expectRows(g.scan())
	expectNoStrays(t, g)
}
