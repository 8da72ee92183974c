// The echo client.
package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) < 3 || os.Args[2] != "tcp" && os.Args[2] != "udp" {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS tcp\n       client ADDRESS udp [WAIT]")
		os.Exit(2)
	}
	var err error
	if os.Args[2] == "tcp" {
		err = overTCP(os.Args[1])
	} else {
		// TODO: WAIT, in milliseconds, is 1000 unless it is given as os.Args[3].
		err = overUDP(os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

func overTCP(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	// TODO: send all of os.Stdin, close the sending direction
	// (conn.(*net.TCPConn).CloseWrite), and write everything that comes back to
	// os.Stdout. With a large input, both must go on at the same time.
	return nil
}

func overUDP(address string) error {
	// For a UDP socket connect sends nothing: it tells our kernel where
	// datagrams go, and to let in only those that come from there.
	socket, err := net.Dial("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()
	// TODO: send each line of os.Stdin as a datagram, wait for its answer
	// (socket.SetReadDeadline limits how long socket.Read waits), ask again if
	// none comes, at most three times in all, and print the answer as a line.
	return nil
}
