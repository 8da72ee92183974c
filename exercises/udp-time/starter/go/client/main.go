// The client of the time server.
package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) < 2 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS [FORMAT [WAIT]]")
		os.Exit(2)
	}
	format := "%Y-%m-%d %H:%M:%S"
	if len(os.Args) > 2 {
		format = os.Args[2]
	}
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

	if _, err := socket.Write([]byte(format)); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
	// TODO: wait for the answer (socket.SetReadDeadline limits how long
	// socket.Read waits), ask again if none comes, at most three times in all.
	// Print the answer as a line; say so if there was none.
}
