// The chat's client, with a goroutine for each thing that it waits for.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func main() {
	server := netip.MustParseAddrPort(os.Args[1])
	name := os.Args[2]
	wait := 1000
	if len(os.Args) > 3 {
		wait, _ = strconv.Atoi(os.Args[3])
	}
	socket, err := net.ListenUDP("udp4", nil)
	if err != nil {
		panic(err)
	}
	answers := make(chan []byte)
	go func() {
		for {
			buffer := make([]byte, 65535)
			n, sender, err := socket.ReadFromUDPAddrPort(buffer)
			if err == nil && sender == server {
				answers <- buffer[:n]
			}
		}
	}()
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(os.Stdin)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	for {
		fmt.Printf("[%s] ", name)
		line, more := <-lines
		if !more {
			return
		}
		if _, err := socket.WriteToUDPAddrPort([]byte(name+" : "+line), server); err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		select {
		case answer := <-answers:
			fmt.Println(tame(answer))
		case <-time.After(time.Duration(wait) * time.Millisecond):
			fmt.Fprintln(os.Stderr, "There is no answer.")
		}
		if line == "q" {
			return
		}
	}
}

func tame(bytes []byte) string {
	var out strings.Builder
	for len(bytes) > 0 {
		r, size := utf8.DecodeRune(bytes)
		if r == utf8.RuneError && size < 2 {
			r = rune(bytes[0])
		}
		if size < 2 && bytes[0] >= 0x7f || r < 0x20 || r >= 0x7f && r <= 0x9f {
			fmt.Fprintf(&out, "\\x%02x", r)
		} else {
			out.Write(bytes[:size])
		}
		bytes = bytes[size:]
	}
	return out.String()
}
