package lab

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// A Socket is one row of a host's socket table.
type Socket struct {
	Network string         `json:"network"`          // "tcp", "udp" or "unix"; both IP versions are "tcp" and "udp"
	State   string         `json:"state,omitempty"`  // "LISTEN", "ESTABLISHED", … (RFC 9293 §3.3.2); UDP: "" or "ESTABLISHED" when connected
	Local   netip.AddrPort `json:"local,omitzero"`   // IP sockets
	Remote  netip.AddrPort `json:"remote,omitzero"`  // IP sockets that have a peer
	Path    string         `json:"path,omitempty"`   // unix sockets that have a name
	RecvQ   uint32         `json:"recv_q,omitempty"` // bytes received and not yet read; for LISTEN, connections waiting for accept
	SendQ   uint32         `json:"send_q,omitempty"` // bytes sent and not yet acknowledged; for LISTEN, the backlog
	Inode   uint64         `json:"inode,omitempty"`  // what /proc/PID/fd calls it
}

// Listens reports whether a peer that knocks at addr reaches this socket:
// whether it is open for network ("tcp", "udp", "unix") on just that address or
// on the wildcard of its family. An IPv6 wildcard is taken to be dual-stack.
func (s Socket) Listens(network, addr string) bool {
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
		if s.Listens(network, addr) {
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
