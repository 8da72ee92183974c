// The server of TCP hello.
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
	// Listen makes the calls socket, bind and listen. From here on the kernel
	// takes connections for us and keeps them until we accept them.
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	defer listener.Close()

	// TODO: this accepts one client only. Serve one after another, for ever.
	conn, err := listener.Accept()
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	serve(conn)
}

// serve talks to one client.
func serve(conn net.Conn) {
	// TODO: read the message (at most 1,024 bytes), print it as a line,
	// answer "hi", and close the connection.
	fmt.Fprintln(os.Stderr, "a client came from", conn.RemoteAddr())
}
