package lab

import (
	"fmt"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// A cable tells when a host can send. Its kernel learns that the far end is
// plugged in too from a worker of its own, which on a busy machine may run much
// later; until then it throws away what the host sends, without a word, and a
// lost question of ARP is repeated after a second.
type cable struct{ news *nl.NetlinkSocket }

// cableCap is how long a machine may take to notice that a cable is plugged in.
const cableCap = time.Minute

// watchCable must be called in the host's network namespace, before the cable's
// far end is set up.
func watchCable() (cable, error) {
	news, err := nl.Subscribe(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK)
	if err != nil {
		return cable{}, fmt.Errorf("subscribe to news of %s: %w", hostNIC, err)
	}
	limit := unix.NsecToTimeval(cableCap.Nanoseconds())
	if err := news.SetReceiveTimeout(&limit); err != nil {
		news.Close()
		return cable{}, err
	}
	return cable{news}, nil
}

// awaitUp returns when the host can send. The kernel tells of an interface whose
// operational state is up after it has made it ready for both protocols
// (rtnetlink(7), IFLA_OPERSTATE; RFC 2863 §3.1.14).
func (c cable) awaitUp() error {
	defer c.news.Close()
	for {
		news, _, err := c.news.Receive()
		if err != nil {
			return fmt.Errorf("wait for the cable: %w", err)
		}
		for _, n := range news {
			if n.Header.Type != unix.RTM_NEWLINK {
				continue
			}
			link, err := netlink.LinkDeserialize(nil, n.Data)
			if err != nil {
				return fmt.Errorf("read news of %s: %w", hostNIC, err)
			}
			if link.Attrs().Name == hostNIC && link.Attrs().OperState == netlink.OperUp {
				return nil
			}
		}
	}
}
