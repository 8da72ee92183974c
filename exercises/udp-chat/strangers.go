package udpchat

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// lieEvery is how often a stranger lies while a client waits for an answer.
const lieEvery = 100 * time.Millisecond

func ignoresStrangers(t *check.T) {
	r, stranger := t.ListenUDP(), t.ListenUDP()
	name, line, lie := word(t.Rand()), word(t.Rand()), "from a stranger: "+word(t.Rand())
	p := startClient(t, r.Address, name, patient)
	p.Input(line + "\n")
	d := r.Receive(p)
	expectMessage(t, d, name+" : "+line)
	stranger.Reply(d, lie)
	stranger.Reply(d, lie)
	if other, ok := samePortElsewhere(t, r); ok {
		defer other.Close()
		other.send(d, lie)
	}
	answer(t, r, d, p, name, "received 1 "+word(t.Rand()))
	t.Expect(!strings.Contains(p.Stdout(), lie), check.WrongOutput{Role: "client", Stream: trace.Stdout,
		Want: "nothing of what a stranger sent", Got: []byte(p.Stdout())})
}

// lieTo has a stranger send one datagram after another to where d came from,
// until the function that it returns is called.
func lieTo(t *check.T, d check.Datagram) (stop func()) {
	server := t.Lab().Server()
	addr, err := server.Addr(t.Port())
	if err != nil {
		t.Break(err)
	}
	socket, err := server.ListenPacket(t.Context(), "udp", addr.String())
	if err != nil {
		t.Break(err)
	}
	t.Act(server.Name(), fmt.Sprintf("begins to lie to %s from %s, once in %v", d.From, addr, lieEvery), nil)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(lieEvery)
		defer tick.Stop()
		for {
			// It fails where a kernel reports that nobody took the last one.
			_, _ = socket.WriteTo([]byte("a lie"), d.From)
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		socket.Close()
	}
}

// A namesake is a socket of the checker's that has the same port as another,
// but another IP address.
type namesake struct {
	net.PacketConn
	t    *check.T
	host trace.Host
}

// samePortElsewhere returns a socket that has the port of r, which is on the
// server's host, on the client's host, or on the loopback at 127.0.0.2. Not every
// system has that address.
func samePortElsewhere(t *check.T, r *check.Responder) (namesake, bool) {
	port := netip.MustParseAddrPort(r.Address).Port()
	client := t.Lab().Client()
	addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 2}), port)
	if t.Lab().Isolation() == lab.TwoHosts {
		var err error
		if addr, err = client.Addr(port); err != nil {
			t.Break(err)
		}
	}
	socket, err := client.ListenPacket(t.Context(), "udp", addr.String())
	return namesake{socket, t, client.Name()}, err == nil
}

// send sends a datagram to where d came from.
func (n namesake) send(d check.Datagram, data string) {
	n.t.Act(n.host, fmt.Sprintf("sends to %s from %s", d.From, n.LocalAddr()), []byte(data))
	if _, err := n.WriteTo([]byte(data), d.From); err != nil {
		n.t.Break(err)
	}
}
