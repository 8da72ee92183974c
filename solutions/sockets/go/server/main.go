// The server of TCP hello: it prints what each client says, answers "hi" and
// closes the connection.
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
		fmt.Fprintln(os.Stderr, "usage: server ADDRESS")
		os.Exit(2)
	}
	if err := listenAndServe(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// listenAndServe serves one client after another, for ever.
func listenAndServe(address string) error {
	// Listen makes the calls socket, bind and listen. If the address is in use,
	// bind fails, and the error names the address and the reason.
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	defer listener.Close()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		// One client's trouble must not end the service for all others.
		if err := serve(conn); err != nil {
			fmt.Fprintf(os.Stderr, "client %s: %v\n", conn.RemoteAddr(), err)
		}
	}
}

func serve(conn net.Conn) error {
	// Whatever happens below, the connection gets closed, and the client learns
	// that the answer is complete.
	defer conn.Close()

	buf := make([]byte, 1024)
	n, err := conn.Read(buf) // returns what is there, at most 1,024 bytes
	if errors.Is(err, io.EOF) {
		return nil // the client closed and had said nothing
	}
	if err != nil {
		return err // for example: reset by the client
	}
	// Only the first n bytes are the message. %s writes them as they are, so
	// bytes that are not UTF-8 do no harm.
	fmt.Printf("%s\n", buf[:n])

	_, err = conn.Write([]byte("hi")) // writes all of it or fails
	return err
}
