// The server of a conversation over TCP.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: server ADDRESS")
		os.Exit(2)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	defer listener.Close()
	keyboard := bufio.NewReader(os.Stdin)

	// TODO: this takes one caller only. Take one after another.
	conn, err := listener.Accept()
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	talk(conn, keyboard)
}

// talk is one conversation. The caller speaks first.
func talk(conn net.Conn, keyboard *bufio.Reader) {
	defer conn.Close()
	// TODO: this takes what one read returns for a line. Where does a line end?
	// Then print it, wait for a line from the keyboard, send that, and so on,
	// turn by turn, until one of the two says q.
	buf := make([]byte, 1024)
	n, err := conn.Read(buf)
	fmt.Fprintln(os.Stderr, "a read returned", n, "bytes, error:", err)
}
