// The chat's server.
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
	buffer := make([]byte, 1024) // TODO: is that enough to notice a datagram that is too long?
	n, sender, err := socket.ReadFrom(buffer)
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}

	// TODO: print the name in its colour, and let no control character through
	// to the terminal.
	fmt.Printf("%q\n", buffer[:n])

	// TODO: answer "received N", "bye", or an error.
	answer := "hello"

	if _, err := socket.WriteTo([]byte(answer), sender); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
	}
}
