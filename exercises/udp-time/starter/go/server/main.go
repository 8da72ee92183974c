// The time server.
package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: server ADDRESS")
		os.Exit(2)
	}
	// Makes the calls socket and bind. There is no listen and no accept: one
	// socket talks to everybody.
	socket, err := net.ListenPacket("udp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	defer socket.Close()

	// TODO: this receives one datagram only. Serve one after another, for ever.
	buffer := make([]byte, 1024) // TODO: is that enough to notice an oversized question?
	n, asker, err := socket.ReadFrom(buffer)
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	question := string(buffer[:n])
	fmt.Fprintf(os.Stderr, "%s asks %q\n", asker, question)

	// TODO: answer with the local time in the format that was asked for, or
	// with a datagram that begins with "error: ".
	answer := question

	if _, err := socket.WriteTo([]byte(answer), asker); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
	}
}
