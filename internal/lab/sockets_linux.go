package lab

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// diagnosis asks one host's kernel for its sockets (sock_diag(7)): that of the
// thread that makes it.
type diagnosis struct{ handle *netlink.Handle }

func newDiagnosis() (*diagnosis, error) {
	handle, err := netlink.NewHandle(unix.NETLINK_INET_DIAG)
	if err != nil {
		return nil, fmt.Errorf("open sock_diag: %w", err)
	}
	return &diagnosis{handle}, nil
}

// tcpStates are the kernel's numbers (include/net/tcp_states.h) under the names of RFC 9293.
var tcpStates = []string{"", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2",
	"TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECEIVED"}

func (h *agentHost) sockets() ([]trace.Socket, error) {
	var out []trace.Socket
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		tcp, err := h.diag.handle.SocketDiagTCP(family)
		if err != nil {
			return nil, fmt.Errorf("read the TCP sockets: %w", err)
		}
		udp, err := h.diag.handle.SocketDiagUDP(family)
		if err != nil {
			return nil, fmt.Errorf("read the UDP sockets: %w", err)
		}
		for _, s := range tcp {
			sock := inetSocket("tcp", s)
			if int(s.State) < len(tcpStates) {
				sock.State = tcpStates[s.State]
			}
			out = append(out, sock)
		}
		for _, s := range udp {
			sock := inetSocket("udp", s)
			if sock.Remote.IsValid() {
				sock.State = "ESTABLISHED"
			}
			out = append(out, sock)
		}
	}
	table, err := h.tables.read("unix")
	if err != nil {
		return nil, fmt.Errorf("read the unix sockets: %w", err)
	}
	return append(out, parseUnixSockets(table)...), nil
}

func inetSocket(network string, s *netlink.Socket) trace.Socket {
	sock := trace.Socket{Network: network, RecvQ: s.RQueue, SendQ: s.WQueue, Inode: uint64(s.INode)}
	sock.Local = addrPort(s.ID.Source, s.ID.SourcePort)
	if s.ID.DestinationPort != 0 {
		sock.Remote = addrPort(s.ID.Destination, s.ID.DestinationPort)
	}
	return sock
}

func addrPort(ip net.IP, port uint16) netip.AddrPort {
	addr, _ := netip.AddrFromSlice(ip)
	return netip.AddrPortFrom(addr.Unmap(), port)
}

// parseUnixSockets reads /proc/net/unix (proc_pid_net(5)).
func parseUnixSockets(table string) []trace.Socket {
	const acceptsConnections = 1 << 16 // __SO_ACCEPTCON
	var out []trace.Socket
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 7 || f[0] == "Num" {
			continue
		}
		flags, err1 := strconv.ParseUint(f[3], 16, 32)
		inode, err2 := strconv.ParseUint(f[6], 10, 64)
		if err1 != nil || err2 != nil {
			continue
		}
		s := trace.Socket{Network: "unix", Inode: inode}
		switch {
		case flags&acceptsConnections != 0:
			s.State = "LISTEN"
		case f[5] == "03":
			s.State = "ESTABLISHED"
		}
		if len(f) > 7 {
			s.Path = f[7]
		}
		out = append(out, s)
	}
	return out
}

// machineSockets returns the sockets of the network namespace that this
// process is in. It reads /proc/net, which even containers without sock_diag
// have.
func machineSockets() ([]trace.Socket, error) {
	var out []trace.Socket
	for _, network := range []string{"tcp", "tcp6", "udp", "udp6"} {
		table, err := os.ReadFile("/proc/self/net/" + network)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, fmt.Errorf("read the socket table: %w", err)
		}
		out = append(out, parseInetSockets(network[:3], string(table))...)
	}
	table, err := os.ReadFile("/proc/self/net/unix")
	if err != nil {
		return nil, fmt.Errorf("read the unix sockets: %w", err)
	}
	return append(out, parseUnixSockets(string(table))...), nil
}

// parseInetSockets reads /proc/net/tcp and its like (proc_pid_net(5)).
func parseInetSockets(network, table string) []trace.Socket {
	var out []trace.Socket
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 10 || f[0] == "sl" {
			continue
		}
		local, err1 := parseHexAddrPort(f[1])
		remote, err2 := parseHexAddrPort(f[2])
		state, err3 := strconv.ParseUint(f[3], 16, 8)
		inode, err4 := strconv.ParseUint(f[9], 10, 64)
		var sendQ, recvQ uint32
		_, err5 := fmt.Sscanf(f[4], "%x:%x", &sendQ, &recvQ)
		if errors.Join(err1, err2, err3, err4, err5) != nil {
			continue
		}
		s := trace.Socket{Network: network, Local: local, RecvQ: recvQ, SendQ: sendQ, Inode: inode}
		if remote.Port() != 0 {
			s.Remote = remote
		}
		switch {
		case network == "tcp" && int(state) < len(tcpStates):
			s.State = tcpStates[state]
		case network == "udp" && s.Remote.IsValid():
			s.State = "ESTABLISHED"
		}
		out = append(out, s)
	}
	return out
}

// parseHexAddrPort reads "0100007F:1F90": words of 32 bits in the machine's
// byte order, then the port.
func parseHexAddrPort(text string) (netip.AddrPort, error) {
	ip, port, _ := strings.Cut(text, ":")
	b, err := hex.DecodeString(ip)
	if err != nil {
		return netip.AddrPort{}, err
	}
	n, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, err
	}
	for i := 0; i+4 <= len(b); i += 4 {
		binary.NativeEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
	}
	addr, ok := netip.AddrFromSlice(b)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("address %q of %d bytes", text, len(b))
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), nil
}
