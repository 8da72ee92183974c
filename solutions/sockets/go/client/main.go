// The client of TCP hello: it says "hello!" and prints the answer.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS")
		os.Exit(2)
	}
	answer, err := greet(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1) // a caller learns from the status that there is no answer
	}
	fmt.Printf("%s\n", answer)
}

// greet says "hello!" to the server at address and returns its answer.
func greet(address string) ([]byte, error) {
	// Dial makes the calls socket and connect. If nobody listens there, connect
	// fails, and the error says so.
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()

	if _, err := conn.Write([]byte("hello!")); err != nil {
		return nil, err
	}
	// The answer may come in several pieces. It is complete when the server
	// closes; ReadAll reads until then.
	answer, err := io.ReadAll(conn)
	if err != nil {
		return nil, err
	}
	if len(answer) == 0 {
		return nil, errors.New("the server closed without an answer")
	}
	return answer, nil
}
