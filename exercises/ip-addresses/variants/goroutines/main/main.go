package main

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"sync"
)

func main() {
	all, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	var lines []string
	for rest := string(all); rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		lines = append(lines, strings.Trim(line, " \t\r"))
	}
	answers := make([]string, len(lines))
	var wg sync.WaitGroup
	for i, line := range lines {
		wg.Add(1)
		go func() {
			defer wg.Done()
			answers[i] = answer(line)
		}()
	}
	wg.Wait()
	fmt.Print(strings.Join(answers, ""))
}

var kinds = map[string]string{
	"0.0.0.0/32": "wildcard", "127.0.0.0/8": "loopback", "10.0.0.0/8": "private", "172.16.0.0/12": "private",
	"192.168.0.0/16": "private", "169.254.0.0/16": "link-local", "224.0.0.0/4": "multicast",
	"255.255.255.255/32": "broadcast", "192.0.2.0/24": "documentation", "198.51.100.0/24": "documentation",
	"203.0.113.0/24": "documentation", "::/128": "wildcard", "::1/128": "loopback", "fc00::/7": "unique-local",
	"fe80::/10": "link-local", "ff00::/8": "multicast", "2001:db8::/32": "documentation", "::ffff:0:0/96": "mapped",
}

func kind(a netip.Addr) string {
	for network, name := range kinds {
		if netip.MustParsePrefix(network).Contains(a) {
			return name
		}
	}
	return "global"
}

func answer(line string) string {
	text, _, hasPrefix := strings.Cut(line, "/")
	a, err := netip.ParseAddr(text)
	p := netip.PrefixFrom(a, 0)
	if err == nil && hasPrefix {
		p, err = netip.ParsePrefix(line)
	}
	if err != nil || a.Zone() != "" {
		return fmt.Sprintf("input: %s\nerror: not an address\n", line)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "input: %s\n", line)
	network := p.Masked().Addr()
	if a.Is6() {
		fmt.Fprintf(&b, "full: %s\nkind: %s\n", a.StringExpanded(), kind(a))
		if hasPrefix {
			fmt.Fprintf(&b, "network: %s\n", network.StringExpanded())
		}
		return b.String()
	}
	n := a.As4()
	fmt.Fprintf(&b, "binary: %08b.%08b.%08b.%08b\nkind: %s\n", n[0], n[1], n[2], n[3], kind(a))
	if !hasPrefix {
		return b.String()
	}
	fmt.Fprintf(&b, "network: %s\n", network)
	switch p.Bits() {
	case 31:
		b.WriteString("broadcast: none\nhosts: 2\n")
	case 32:
		b.WriteString("broadcast: none\nhosts: 1\n")
	default:
		last := network.As4()
		for bit := p.Bits(); bit < 32; bit++ {
			last[bit/8] |= 0x80 >> (bit % 8)
		}
		fmt.Fprintf(&b, "broadcast: %s\nhosts: %d\n", netip.AddrFrom4(last), int64(1)<<(32-p.Bits())-2)
	}
	return b.String()
}
