package lab

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"

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

// agentHost is one host as the agent has it: a thread that lives in the
// host's namespaces and starts its programs.
type agentHost struct {
	hostSpec
	ns     netns.NsHandle
	work   chan func()
	visits chan func(entered error) // taken by the visitors that are free
	diag   *diagnosis
	tables tables
	cable  cable
}

// newAgentHost makes the host and its thread.
func newAgentHost(spec hostSpec, wire netns.NsHandle) (*agentHost, error) {
	h := &agentHost{hostSpec: spec, work: make(chan func()), visits: make(chan func(error))}
	made := make(chan error)
	go func() {
		// Never unlocked: the thread differs from the others for good.
		runtime.LockOSThread()
		err := h.enter(wire)
		if err == nil {
			err = dropPrivilegesOnExec()
		}
		made <- err
		if err != nil {
			return
		}
		for f := range h.work {
			f()
		}
	}()
	if err := <-made; err != nil {
		return nil, fmt.Errorf("make host %s: %w", spec.name, err)
	}
	return h, nil
}

// do runs f on the host's own thread. What f starts there is without
// privileges; f must not block.
func (h *agentHost) do(f func() error) error {
	done := make(chan error)
	h.work <- func() { done <- f() }
	return <-done
}

// visit runs f on a thread in the host's network namespace that no other visit
// uses at the same time. f may block.
func (h *agentHost) visit(f func() error) error {
	done := make(chan error)
	visit := func(entered error) {
		if entered != nil {
			done <- fmt.Errorf("enter host %s: %w", h.name, entered)
			return
		}
		done <- f()
	}
	select {
	case h.visits <- visit:
	default:
		go h.visitor(visit)
	}
	return <-done
}

// visitor makes a visit, and then those that come while it is free: its thread
// costs more than most visits, and is of no other use once it has entered.
func (h *agentHost) visitor(visit func(entered error)) {
	runtime.LockOSThread() // and never unlocked
	entered := netns.Set(h.ns)
	visit(entered)
	for entered == nil {
		visit = <-h.visits
		visit(nil)
	}
}

// open makes the socket that req asks for, on this host.
func (h *agentHost) open(ctx context.Context, req message) (f *os.File, err error) {
	err = h.visit(func() error {
		var sock interface{ File() (*os.File, error) }
		var closer interface{ Close() error }
		switch req.Op {
		case opDial:
			var d net.Dialer
			c, err := d.DialContext(ctx, req.Network, req.Address)
			if err != nil {
				return err
			}
			sock, closer = c.(interface{ File() (*os.File, error) }), c
		case opListen:
			var lc net.ListenConfig
			l, err := lc.Listen(ctx, req.Network, req.Address)
			if err != nil {
				return err
			}
			if u, ok := l.(*net.UnixListener); ok {
				u.SetUnlinkOnClose(false) // the lab's copy does that
			}
			sock, closer = l.(interface{ File() (*os.File, error) }), l
		case opListenPacket:
			var lc net.ListenConfig
			p, err := lc.ListenPacket(ctx, req.Network, req.Address)
			if err != nil {
				return err
			}
			sock, closer = p.(interface{ File() (*os.File, error) }), p
		}
		f, err = sock.File()
		_ = CloseForGood(closer)
		return err
	})
	return f, err
}

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
	if h.tables, err = openTables(); err != nil {
		return err
	}
	if h.cable, err = watchCable(); err != nil {
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
	noTailLossProbe()
	askPatiently()
	allowPing()
	return nil
}

// allowPing lets programs that run as our group send ICMP echo requests without
// privileges, as ping does then (icmp(7), ping_group_range).
func allowPing() {
	// The file is read-only in some containers; there ping says so.
	_ = os.WriteFile("/proc/sys/net/ipv4/ping_group_range", fmt.Appendf(nil, "%[1]d %[1]d", os.Getgid()), 0)
}

// noTailLossProbe keeps the host's TCP from repeating its last segment when no
// acknowledgement comes within two round trips (RFC 8985 §7), which on a wire as
// quick as ours is some 8 ms: what crosses it would depend on how soon a busy
// machine lets the peer run. Retransmission by timeout (RFC 6298) stays.
func noTailLossProbe() {
	// The file is read-only in some containers; there the probe stays.
	_ = os.WriteFile("/proc/sys/net/ipv4/tcp_early_retrans", []byte("0"), 0)
}

// askPatiently has the host ask for its neighbour's hardware address (ARP, and
// its like for IPv6) for longer than the three seconds after which a program
// hears "no route to host": on a very busy machine the wire may take as long. And
// it is to believe in an answer for longer than the five seconds after which it
// asks whether that still holds, which is nothing that a program did.
func askPatiently() {
	for _, ip := range []string{"ipv4", "ipv6"} {
		for name, value := range map[string]string{
			"mcast_solicit":          "20", // questions, one a second
			"delay_first_probe_time": "60", // seconds
		} {
			// The file is read-only in some containers; there it stays as it is.
			_ = os.WriteFile("/proc/sys/net/"+ip+"/neigh/"+hostNIC+"/"+name, []byte(value), 0)
		}
	}
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
	if e.Change(nic, off) == nil {
		return nil
	}
	// This kernel doesn't know all of them.
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
