package socketfamilies

import (
	"fmt"

	"github.com/learnnet/learnnet/internal/check"
)

var refusalSteps = []check.Step{{
	Name: "port-in-use", Title: "says so when the port is in use", Role: "server", Points: 3, After: []string{"half-close"},
	Rationale: "A port has no file to remove: the kernel gives it back by itself, for TCP perhaps after a minute, and until then it is somebody's.",
	Hints: []string{
		"Start your server twice with the same address. What is the status of the second (`echo $?`)?",
		"bind fails. Print the error on standard error, and end with status 1.",
		"Go: `fmt.Fprintln(os.Stderr, err); os.Exit(1)`. Python: `except OSError as error: sys.exit(f\"server: {error}\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "A server that can't listen ends with status 1.",
		check.KindWrongOutput: "The reason belongs on standard error.",
		check.KindExitedEarly: "Its last lines say why. Where the port was 65535: that is one too, the greatest.",
		check.KindNeverEnded:  "Two servers must not share one port. Leave SO_REUSEPORT away (and, on Windows, SO_REUSEADDR).",
	},
	Run: func(t *check.T) {
		first := greatestPort(t)
		t.Start("server", first.Address).ExpectExitStatus(1)
		echoes(t, first)
	},
}, {
	Name: "nonsense", Title: "refuses what is no address with status 2", Role: "server", Points: 3, After: []string{"half-close"},
	Rationale: "Status 2 tells a script that it called the program wrongly, and status 1 that the call was right but the work failed.",
	Hints: []string{
		"What is the status of your server for `nonsense`, for `10.0.0.2`, for `10.0.0.2:70000`?",
		"Take the text apart yourself before you make a socket. What is none of the three forms is status 2.",
		"Go: `netip.ParseAddrPort` accepts just the two forms with numbers. Python: `ipaddress.IPv6Address(host[1:-1])` if `host` begins with `[` and ends with `]`, else `ipaddress.IPv4Address(host)`; and a port that `isascii()` and `isdecimal()` and at most 65535, for `int` takes `+9007` and `9_007` too.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "This was no address, so the status must be 2. An error that Python's program doesn't catch ends it with status 1.",
		check.KindWrongOutput: "Say on standard error which addresses you take.",
		check.KindNeverEnded:  "This is no address, yet the server listens somewhere. Look at each part before you use it: a port is digits and nothing else, and brackets come in pairs and around an IPv6 address only.",
	},
	Run: func(t *check.T) {
		var runs []*check.Process
		for _, text := range nonsense(t) {
			runs = append(runs, t.Start("server", text))
		}
		for _, p := range runs {
			p.ExpectExitStatus(2)
		}
	},
}}

// nonsense returns texts that are no addresses, though a careless program finds
// some of its host's own in them. Each has a port of its own, so that no such
// program is in another's way.
func nonsense(t *check.T) []string {
	ip4, err := t.Lab().Server().Addr(t.Port())
	if err != nil {
		t.Break(err)
	}
	v4, v6 := ip4.Addr(), serverIP6(t)
	return []string{
		"nonsense", "unix:", v4.String(), fmt.Sprintf("[%s]", v6),
		fmt.Sprintf("%s:", v4), fmt.Sprintf("%s:70000", v4), fmt.Sprintf("[%s]:65536", v6),
		fmt.Sprintf("%s:-1", v4), fmt.Sprintf("%s:+%d", v4, t.Port()),
		fmt.Sprintf("10.0.0.256:%d", t.Port()), fmt.Sprintf("[%s]:%d", v4, t.Port()),
		fmt.Sprintf("%s:%d", v6, t.Port()), fmt.Sprintf("%s]:%d", v6, t.Port()), fmt.Sprintf("[%s:%d", v6, t.Port()),
	}
}
