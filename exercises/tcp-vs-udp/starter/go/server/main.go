// The echo server.
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
	// Makes the calls socket, bind and listen.
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	defer listener.Close()
	// Makes the calls socket and bind. It is the same number, but another port:
	// UDP has its own.
	socket, err := net.ListenPacket("udp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	defer socket.Close()

	// TODO: serve the UDP socket too. Who waits in Accept can't wait in
	// socket.ReadFrom at the same time.

	// TODO: this serves one connection after another. What if one is silent?
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "server:", err)
			os.Exit(1)
		}
		echo(conn)
	}
}

// echo serves one TCP client.
func echo(conn net.Conn) {
	defer conn.Close()
	// TODO: send back what comes, as it comes, until the client closes its
	// direction.
	fmt.Fprintln(os.Stderr, "a client came from", conn.RemoteAddr())
}
