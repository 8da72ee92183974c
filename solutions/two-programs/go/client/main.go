// The client: it sends a name as a line and prints the greeting that comes back.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS NAME")
		os.Exit(2)
	}
	address, name := os.Args[1], os.Args[2]
	if _, err := netip.ParseAddrPort(address); err != nil {
		fmt.Fprintf(os.Stderr, "client: %q is no address such as 127.0.0.1:9000\n", address)
		os.Exit(2)
	}
	greeting, err := introduce(address, name)
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1) // a caller learns from the status that there is no greeting
	}
	fmt.Print(greeting)
}

// introduce tells the server at address a name and returns its greeting, a
// line with its end.
func introduce(address, name string) (string, error) {
	// If nobody listens there, this fails, and the error says so.
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()

	if _, err := fmt.Fprintf(conn, "%s\n", name); err != nil {
		return "", err
	}
	// The greeting may come in pieces. ReadString reads as often as it takes to
	// get to the line end, and returns io.EOF if the server closes before.
	greeting, err := bufio.NewReader(conn).ReadString('\n')
	if errors.Is(err, io.EOF) {
		return "", fmt.Errorf("%s closed before its greeting was complete", address)
	}
	return greeting, err
}
