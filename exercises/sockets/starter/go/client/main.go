// The client of TCP hello.
package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS")
		os.Exit(2)
	}
	// Dial makes the calls socket and connect.
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		// TODO: the program goes on as if all were well. What should it do?
		fmt.Println(err)
		return
	}
	defer conn.Close()

	// TODO: say "hello!", read the answer until the server closes, and print
	// it as a line.
	fmt.Fprintln(os.Stderr, "connected to", conn.RemoteAddr())
}
