// The client of a conversation over TCP.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS")
		os.Exit(2)
	}
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		// TODO: who looks at the status must see that nobody listens.
		fmt.Fprintln(os.Stderr, "client:", err)
		return
	}
	defer conn.Close()

	keyboard := bufio.NewReader(os.Stdin)
	line, err := keyboard.ReadString('\n') // waits for Enter
	fmt.Fprintf(os.Stderr, "typed: %q, error: %v\n", line, err)
	// TODO: send the line, wait for the server's, print that, and so on, turn
	// by turn, until one of the two says q.
}
