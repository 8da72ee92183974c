//go:build linux && (amd64 || arm64)

package ptrace

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

var families = map[uint64]string{
	unix.AF_UNIX: "AF_UNIX", unix.AF_INET: "AF_INET", unix.AF_INET6: "AF_INET6",
	unix.AF_NETLINK: "AF_NETLINK", unix.AF_PACKET: "AF_PACKET", unix.AF_VSOCK: "AF_VSOCK",
}

var socketTypes = map[uint64]string{
	unix.SOCK_STREAM: "SOCK_STREAM", unix.SOCK_DGRAM: "SOCK_DGRAM", unix.SOCK_RAW: "SOCK_RAW",
	unix.SOCK_SEQPACKET: "SOCK_SEQPACKET",
}

// protocols are the third argument of socket(2); 0 is the type's usual one.
var protocols = map[uint64]string{
	unix.IPPROTO_ICMP: "IPPROTO_ICMP", unix.IPPROTO_TCP: "IPPROTO_TCP", unix.IPPROTO_UDP: "IPPROTO_UDP",
	unix.IPPROTO_MPTCP: "IPPROTO_MPTCP",
}

var directions = map[uint64]string{unix.SHUT_RD: "SHUT_RD", unix.SHUT_WR: "SHUT_WR", unix.SHUT_RDWR: "SHUT_RDWR"}

var messageFlags = map[uint64]string{
	unix.MSG_OOB: "MSG_OOB", unix.MSG_PEEK: "MSG_PEEK", unix.MSG_DONTWAIT: "MSG_DONTWAIT",
	unix.MSG_WAITALL: "MSG_WAITALL", unix.MSG_TRUNC: "MSG_TRUNC", unix.MSG_MORE: "MSG_MORE",
}

// optionNames are the options that programs set, by level.
var optionNames = map[uint64]struct {
	level string
	names map[uint64]string
}{
	unix.SOL_SOCKET: {"SOL_SOCKET", map[uint64]string{
		unix.SO_REUSEADDR: "SO_REUSEADDR", unix.SO_REUSEPORT: "SO_REUSEPORT", unix.SO_KEEPALIVE: "SO_KEEPALIVE",
		unix.SO_BROADCAST: "SO_BROADCAST", unix.SO_LINGER: "SO_LINGER", unix.SO_RCVBUF: "SO_RCVBUF",
		unix.SO_SNDBUF: "SO_SNDBUF", unix.SO_RCVTIMEO: "SO_RCVTIMEO", unix.SO_SNDTIMEO: "SO_SNDTIMEO",
		unix.SO_ERROR: "SO_ERROR", unix.SO_TYPE: "SO_TYPE", unix.SO_OOBINLINE: "SO_OOBINLINE",
	}},
	unix.IPPROTO_TCP: {"IPPROTO_TCP", map[uint64]string{
		unix.TCP_NODELAY: "TCP_NODELAY", unix.TCP_KEEPIDLE: "TCP_KEEPIDLE", unix.TCP_KEEPINTVL: "TCP_KEEPINTVL",
		unix.TCP_KEEPCNT: "TCP_KEEPCNT", unix.TCP_CORK: "TCP_CORK", unix.TCP_USER_TIMEOUT: "TCP_USER_TIMEOUT",
		unix.TCP_QUICKACK: "TCP_QUICKACK", unix.TCP_FASTOPEN: "TCP_FASTOPEN",
	}},
	unix.IPPROTO_IP: {"IPPROTO_IP", map[uint64]string{
		unix.IP_TTL: "IP_TTL", unix.IP_TOS: "IP_TOS", unix.IP_MULTICAST_TTL: "IP_MULTICAST_TTL",
		unix.IP_ADD_MEMBERSHIP: "IP_ADD_MEMBERSHIP", unix.IP_MULTICAST_LOOP: "IP_MULTICAST_LOOP",
		unix.IP_RECVERR: "IP_RECVERR",
	}},
	unix.IPPROTO_IPV6: {"IPPROTO_IPV6", map[uint64]string{unix.IPV6_V6ONLY: "IPV6_V6ONLY"}},
}

func option(level, name uint64) (levelName, optionName string) {
	l, ok := optionNames[level]
	if !ok {
		return strconv.FormatUint(level, 10), strconv.FormatUint(name, 10)
	}
	return l.level, nameOf(l.names, name)
}

// nameOf returns the name of a constant, or its number.
func nameOf(names map[uint64]string, v uint64) string {
	if name, ok := names[v]; ok {
		return name
	}
	return strconv.FormatUint(v, 10)
}

// bits names the bits that are set.
func bits(names map[uint64]string, v uint64) string {
	var out []string
	for bit := uint64(1); bit != 0 && v != 0; bit <<= 1 {
		if v&bit == 0 {
			continue
		}
		v &^= bit
		if name, ok := names[bit]; ok {
			out = append(out, name)
		} else {
			out = append(out, fmt.Sprintf("%#x", bit))
		}
	}
	return strings.Join(out, "|")
}
