// The chat's server, on all addresses of the machine.
package main

import (
	"bytes"
	"fmt"
	"log"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

type guest struct{ messages int }

var (
	names    = strings.Fields("anna bert carl dora emil fred")
	controls = regexp.MustCompile(`[\x00-\x1f\x7f-\x{9f}]`)
	guests   = map[netip.AddrPort]*guest{}
)

func main() {
	_, port, err := net.SplitHostPort(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	packets, err := net.ListenPacket("udp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	socket := packets.(*net.UDPConn)
	log.Print("open on ", socket.LocalAddr())
	buffer := make([]byte, 2048)
	for {
		n, from, err := socket.ReadFromUDPAddrPort(buffer)
		if err != nil {
			log.Print(err)
			continue
		}
		log.Printf("%s: %q", from, buffer[:n])
		if _, err := socket.WriteToUDPAddrPort(reply(from, buffer[:n]), from); err != nil {
			log.Print(err)
		}
	}
}

func reply(from netip.AddrPort, message []byte) []byte {
	name, text, ok := bytes.Cut(message, []byte(" : "))
	if !ok || len(name) == 0 || len(message) > 1024 {
		return []byte("error: I don't understand")
	}
	if string(text) == "q" {
		delete(guests, from)
		os.Stdout.WriteString(show(name, true) + " left\n")
		return []byte("bye")
	}
	g := guests[from]
	if g == nil {
		g = new(guest)
		guests[from] = g
	}
	g.messages++
	os.Stdout.WriteString(show(name, true) + " : " + show(text, false) + "\n")
	return strconv.AppendInt([]byte("received "), int64(g.messages), 10)
}

func show(raw []byte, isName bool) string {
	for i, known := range names {
		if isName && known == string(raw) && os.Getenv("NO_COLOR") == "" {
			return fmt.Sprint("\033[", 31+i, "m", known, "\033[0m")
		}
	}
	var text strings.Builder
	for len(raw) > 0 {
		if r, size := utf8.DecodeRune(raw); r != utf8.RuneError || size > 1 {
			text.WriteRune(r)
			raw = raw[size:]
			continue
		}
		text.WriteString("\\x" + strconv.FormatUint(uint64(raw[0]), 16))
		raw = raw[1:]
	}
	return controls.ReplaceAllStringFunc(text.String(), func(c string) string {
		r, _ := utf8.DecodeRuneInString(c)
		return fmt.Sprintf(`\x%02x`, r)
	})
}
