// An echo server for three families of addresses.
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
	// TODO: the address may also be unix:/path/to.sock. Tell the families
	// apart, and refuse what is no address with status 2.
	network, address := "tcp", os.Args[1]

	// TODO: at the path of a unix socket, remove what a dead server has left,
	// but never a socket that lives, and never another kind of file.
	listener, err := net.Listen(network, address)
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	defer listener.Close()
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "server:", err)
			os.Exit(1)
		}
		serve(conn)
	}
}

// serve talks to one client.
func serve(conn net.Conn) {
	defer conn.Close()
	// TODO: send back what the client says, until it has no more to say.
}
