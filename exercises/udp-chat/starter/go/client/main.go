// The chat's client.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
)

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS NAME [WAIT]")
		os.Exit(2)
	}
	name := os.Args[2]
	// TODO: WAIT, in milliseconds, is 1000 unless it is given as os.Args[3].

	// Makes the calls socket and connect. For a UDP socket connect sends
	// nothing: it tells our kernel where datagrams go, and to let in only
	// those that come from there.
	socket, err := net.Dial("udp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
	defer socket.Close()

	input := bufio.NewReader(os.Stdin)
	for {
		line, _ := input.ReadString('\n')
		if line == "" { // the end: an empty line has its line end
			return
		}
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		// TODO: send name, " : " and the line in one datagram. Wait for the
		// answer (socket.SetReadDeadline limits how long socket.Read waits)
		// and print it, so that no control character gets through to the
		// terminal; say so on standard error if none comes.
		fmt.Fprintf(os.Stderr, "%s wants to say %q\n", name, line)
		// TODO: after the line q, end.
	}
}
