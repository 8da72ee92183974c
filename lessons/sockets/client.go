package sockets

import (
	"fmt"
	"io"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// client says hello to the server at the address it is given and prints the
// answer.
func client(s demo.Stdio) error {
	// region: talk
	conn, err := net.Dial("tcp", s.Args[0]) // socket, connect
	if err != nil {
		return err
	}
	defer conn.Close()

	if _, err := conn.Write([]byte("hello!")); err != nil {
		return err
	}
	answer, err := io.ReadAll(conn) // read until the server closes
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "%s\n", answer)
	return nil
	// endregion: talk
}
