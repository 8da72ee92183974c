package lab

import (
	"net/netip"
	"testing"

	"github.com/learnnet/learnnet/internal/trace"
)

func FuzzListens(f *testing.F) {
	f.Add("tcp", "10.0.0.2:8898", "0.0.0.0:8898")
	f.Add("udp", "[fd00::2]:9090", "[::]:9090")
	f.Add("unix", "/tmp/x.sock", "")
	f.Fuzz(func(t *testing.T, network, addr, local string) {
		ap, _ := netip.ParseAddrPort(local)
		s := trace.Socket{Network: network, State: "LISTEN", Local: ap, Path: addr}
		if network == "udp" {
			s.State = ""
		}
		reached := listens(s, network, addr)
		want, err := netip.ParseAddrPort(addr)
		if network != "unix" && reached && (err != nil || want.Port() != ap.Port()) {
			t.Errorf("%+v listens on %q", s, addr)
		}
		if (network == "tcp" || network == "udp") && err == nil && want == ap && !reached {
			t.Errorf("%+v does not listen on its own address", s)
		}
	})
}
