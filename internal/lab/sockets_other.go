//go:build !linux

package lab

import (
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"syscall"

	"github.com/shirou/gopsutil/v4/net"

	"github.com/learnnet/learnnet/internal/trace"
)

// machineSockets returns the sockets of this machine, without their queues,
// which only Linux tells. Unix sockets come without a state, and on Windows
// not at all.
func machineSockets() ([]trace.Socket, error) {
	conns, err := net.Connections("inet")
	if err == nil && runtime.GOOS != "windows" {
		var unix []net.ConnectionStat
		unix, err = net.Connections("unix")
		conns = append(conns, unix...)
	}
	if err != nil {
		return nil, fmt.Errorf("read the socket table: %w", err)
	}
	var out []trace.Socket
	for _, c := range conns {
		s := trace.Socket{Local: addrPortOf(c.Family, c.Laddr), Remote: addrPortOf(c.Family, c.Raddr)}
		switch {
		case c.Family == syscall.AF_UNIX:
			s = trace.Socket{Network: "unix", Path: c.Laddr.IP}
		case c.Type == syscall.SOCK_STREAM:
			s.Network, s.State = "tcp", rfcState(c.Status)
		case c.Type == syscall.SOCK_DGRAM:
			s.Network = "udp"
			if s.Remote.IsValid() {
				s.State = "ESTABLISHED"
			}
		default:
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// rfcState returns gopsutil's name of a state as RFC 9293 has it.
func rfcState(status string) string {
	switch status {
	case "FIN_WAIT1", "FIN_WAIT_1":
		return "FIN-WAIT-1"
	case "FIN_WAIT2", "FIN_WAIT_2":
		return "FIN-WAIT-2"
	case "SYN_RECV", "SYN_RCVD", "SYN_RECEIVED":
		return "SYN-RECEIVED"
	case "CLOSE":
		return "CLOSED"
	}
	return strings.ReplaceAll(status, "_", "-")
}

// addrPortOf returns the zero AddrPort for an address without a port.
func addrPortOf(family uint32, a net.Addr) netip.AddrPort {
	if a.Port == 0 {
		return netip.AddrPort{}
	}
	text := a.IP
	if text == "*" { // lsof's wildcard
		text = "::"
		if family == syscall.AF_INET {
			text = "0.0.0.0"
		}
	}
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(a.Port))
}
