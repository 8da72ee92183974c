package lab

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/safchain/ethtool"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// hostSpec says what a host is to look like.
type hostSpec struct {
	name    trace.Host
	ip, ip6 netip.Addr
	mac     net.HardwareAddr
}

// hostNIC is the name of a host's network interface, as programs see it.
const hostNIC = "eth0"

// wireEnd is the name of the interface at our end of the host's cable.
func (s hostSpec) wireEnd() string { return "wire-" + string(s.name) }

// currentNetns returns the calling thread's network namespace. netns.Get would
// look under our process number, which in a process namespace of our own is
// not the one that /proc knows.
func currentNetns() (netns.NsHandle, error) {
	return netns.GetFromPath("/proc/thread-self/ns/net")
}

// enter moves the calling thread into new namespaces and makes them the host:
// its name, its loopback, its interface with the far end in the wire's
// namespace, and its addresses.
func (h *agentHost) enter(wire netns.NsHandle) (err error) {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWUTS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Sethostname([]byte(h.name)); err != nil {
		return fmt.Errorf("set the host's name: %w", err)
	}
	if h.ns, err = currentNetns(); err != nil {
		return err
	}
	if h.diag, err = newDiagnosis(); err != nil {
		return err
	}
	return h.plugIn(wire)
}

func (h *agentHost) plugIn(wire netns.NsHandle) error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("find lo: %w", err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return fmt.Errorf("set lo up: %w", err)
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.HardwareAddr, attrs.MTU = hostNIC, h.mac, 1500
	veth := &netlink.Veth{LinkAttrs: attrs, PeerName: h.wireEnd(), PeerNamespace: netlink.NsFd(wire)}
	if err := netlink.LinkAdd(veth); err != nil {
		return fmt.Errorf("add %s: %w", hostNIC, err)
	}
	nic, err := netlink.LinkByName(hostNIC)
	if err != nil {
		return fmt.Errorf("find %s: %w", hostNIC, err)
	}
	if err := quietIPv6(nic); err != nil {
		return err
	}
	if err := noOffload(hostNIC); err != nil {
		return err
	}
	for _, p := range []netip.Prefix{netip.PrefixFrom(h.ip, 24), netip.PrefixFrom(h.ip6, 64)} {
		addr, err := netlink.ParseAddr(p.String())
		if err != nil {
			return err
		}
		if p.Addr().Is6() {
			addr.Flags = unix.IFA_F_NODAD
		}
		if err := netlink.AddrAdd(nic, addr); err != nil {
			return fmt.Errorf("add address %s: %w", p, err)
		}
	}
	if err := netlink.LinkSetUp(nic); err != nil {
		return fmt.Errorf("set %s up: %w", hostNIC, err)
	}
	return nil
}

// plugIntoWire sets our end of a cable up and returns its number.
func plugIntoWire(nic string) (int, error) {
	link, err := netlink.LinkByName(nic)
	if err != nil {
		return 0, fmt.Errorf("find %s: %w", nic, err)
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return 0, fmt.Errorf("set %s up: %w", nic, err)
	}
	return link.Attrs().Index, nil
}

// quietIPv6 keeps the kernel from giving nic a link-local address of its own,
// and with it duplicate address detection and router solicitations, off the
// wire (rtnetlink(7), IFLA_INET6_ADDR_GEN_MODE).
func quietIPv6(nic netlink.Link) error {
	const addrGenModeNone = 1 // IN6_ADDR_GEN_MODE_NONE, linux/if_link.h
	req := nl.NewNetlinkRequest(unix.RTM_SETLINK, unix.NLM_F_ACK)
	msg := nl.NewIfInfomsg(unix.AF_UNSPEC)
	msg.Index = int32(nic.Attrs().Index)
	req.AddData(msg)
	spec := nl.NewRtAttr(unix.IFLA_AF_SPEC, nil)
	inet6 := spec.AddRtAttr(unix.AF_INET6, nil)
	inet6.AddRtAttr(unix.IFLA_INET6_ADDR_GEN_MODE, []byte{addrGenModeNone})
	req.AddData(spec)
	if _, err := req.Execute(unix.NETLINK_ROUTE, 0); err != nil {
		return fmt.Errorf("quiet IPv6: %w", err)
	}
	return nil
}

// noOffload makes the host finish its frames itself: whole checksums, none
// larger than the MTU. A veth leaves both to hardware that is not there, and
// the frames that we carry would be discarded or would be none.
func noOffload(nic string) error {
	e, err := ethtool.NewEthtool()
	if err != nil {
		return fmt.Errorf("open ethtool: %w", err)
	}
	defer e.Close()
	off := map[string]bool{
		"tx-checksum-ip-generic":       false,
		"tx-scatter-gather":            false,
		"tx-tcp-segmentation":          false,
		"tx-tcp6-segmentation":         false,
		"tx-generic-segmentation":      false,
		"tx-udp-segmentation":          false,
		"tx-tcp-ecn-segmentation":      false,
		"tx-tcp-mangleid-segmentation": false,
	}
	have, err := e.Features(nic)
	if err != nil {
		return fmt.Errorf("read the offloads of %s: %w", nic, err)
	}
	for name := range off {
		if _, ok := have[name]; !ok {
			delete(off, name)
		}
	}
	if err := e.Change(nic, off); err != nil {
		return fmt.Errorf("switch off the offloads of %s: %w", nic, err)
	}
	return nil
}

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

func (h *agentHost) sockets() ([]Socket, error) {
	var out []Socket
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
	var table []byte
	err := h.visit(func() (err error) {
		table, err = os.ReadFile("/proc/thread-self/net/unix")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the unix sockets: %w", err)
	}
	return append(out, parseUnixSockets(string(table))...), nil
}

func inetSocket(network string, s *netlink.Socket) Socket {
	sock := Socket{Network: network, RecvQ: s.RQueue, SendQ: s.WQueue, Inode: uint64(s.INode)}
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
func parseUnixSockets(table string) []Socket {
	const acceptsConnections = 1 << 16 // __SO_ACCEPTCON
	var out []Socket
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
		s := Socket{Network: "unix", Inode: inode}
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
