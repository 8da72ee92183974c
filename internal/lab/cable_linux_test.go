package lab

import (
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAnOpenLabThrowsNothingAway has both hosts send as soon as their lab is open,
// while this machine's kernel has many labs to open and to close.
func TestAnOpenLabThrowsNothingAway(t *testing.T) {
	openLab(t, Config{Isolation: TwoHosts}) // skips where there are none
	cat := needs(t, "cat")
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 20 {
				sendAtOnce(t, cat)
			}
		})
	}
	wg.Wait()
}

func sendAtOnce(t *testing.T, cat string) {
	l, err := Open(t.Context(), Config{Isolation: TwoHosts})
	if !assert.NoError(t, err) {
		return
	}
	defer l.Close()
	// What the kernel itself would have said before it could send is gone.
	before := map[*Host]string{l.Client(): sendsDropped(t, l.Client(), cat), l.Server(): sendsDropped(t, l.Server(), cat)}
	for _, to := range []netip.Addr{ServerIP, ServerIP6, ClientIP, ClientIP6} {
		from := l.Client()
		if to == ClientIP || to == ClientIP6 {
			from = l.Server()
		}
		c, err := from.Dial(t.Context(), "udp", netip.AddrPortFrom(to, 9).String())
		if !assert.NoError(t, err) {
			return
		}
		_, err = c.Write([]byte("at once"))
		assert.NoError(t, err)
		assert.NoError(t, c.Close())
		assert.Equal(t, before[from], sendsDropped(t, from, cat), "sends dropped by the %s", from.Name())
	}
}

// sendsDropped returns how many frames the host's kernel has thrown away that were
// to leave by its cable (proc_pid_net(5)).
func sendsDropped(t *testing.T, h *Host, cat string) string {
	p, err := h.Start(t.Context(), Command{Name: "cat", Path: cat, Args: []string{"/proc/net/dev"}})
	if !assert.NoError(t, err) {
		return ""
	}
	defer p.Kill()
	_, err = p.Wait(t.Context())
	assert.NoError(t, err)
	for line := range strings.Lines(p.Stdout().String()) {
		const dropped = 11
		if name, counts, _ := strings.Cut(strings.TrimSpace(line), ":"); name == hostNIC {
			return strings.Fields(counts)[dropped]
		}
	}
	return "no " + hostNIC
}
