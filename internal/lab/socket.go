package lab

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// AnyNetwork stands for "tcp" or "udp" where a listener is looked for.
const AnyNetwork = ""

// listens reports whether a peer that knocks at addr reaches the socket:
// whether it is open for network ("tcp", "udp", "unix") on just that address or
// on the wildcard of its family. An IPv6 wildcard is taken to be dual-stack.
func listens(s trace.Socket, network, addr string) bool {
	if network == AnyNetwork {
		return listens(s, "tcp", addr) || listens(s, "udp", addr)
	}
	if s.Network != network {
		return false
	}
	if network == "unix" {
		return s.Path == addr && (s.State == "LISTEN" || s.State == "")
	}
	if network == "tcp" && s.State != "LISTEN" || network == "udp" && s.Remote.IsValid() {
		return false
	}
	want, err := netip.ParseAddrPort(addr)
	if err != nil || s.Local.Port() != want.Port() {
		return false
	}
	local := s.Local.Addr().Unmap()
	if local.IsUnspecified() {
		return local.Is6() || want.Addr().Unmap().Is4()
	}
	return local.WithZone("") == want.Addr().Unmap().WithZone("")
}

// Listening reports whether somebody on this host would receive what is sent
// to addr ("10.0.0.2:8898", or a path for "unix"). It asks the kernel and
// disturbs nobody: no connection is made.
func (h *Host) Listening(network, addr string) (bool, error) {
	socks, err := h.Sockets()
	if err != nil {
		return false, err
	}
	for _, s := range socks {
		if listens(s, network, addr) {
			return true, nil
		}
	}
	return false, nil
}

// ErrEnded is what WaitListening returns when the program ended first.
var ErrEnded = errors.New("the program ended")

// WaitListening returns nil as soon as somebody on this host listens on addr,
// ErrEnded if p ends before that (p may be nil), or ctx's error.
//
// The kernel tells nobody when a socket begins to listen, so its table is read
// again and again, at growing intervals.
func (h *Host) WaitListening(ctx context.Context, network, addr string, p *Process) error {
	var ended <-chan struct{}
	if p != nil {
		ended = p.Done()
	}
	poll := time.NewTimer(0)
	defer poll.Stop()
	for wait := 500 * time.Microsecond; ; wait = min(2*wait, 10*time.Millisecond) {
		select {
		case <-poll.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-ended:
			// It may have left a child that listens.
			if ok, err := h.Listening(network, addr); err != nil || ok {
				return err
			}
			return ErrEnded
		}
		ok, err := h.Listening(network, addr)
		if err != nil {
			return fmt.Errorf("wait for a listener on %s: %w", addr, err)
		}
		if ok {
			return nil
		}
		poll.Reset(wait)
	}
}
