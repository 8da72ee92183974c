package twoprograms

import (
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// socketWriter writes the message to whoever listens at the address in its
// first argument.
func socketWriter(s demo.Stdio) error {
	// region: write-socket
	conn, err := net.Dial("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	return write(conn, s)
	// endregion: write-socket
}

// socketReader waits for a writer at the address in its first argument, and
// prints what comes.
func socketReader(s demo.Stdio) error {
	listener, err := net.Listen("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer listener.Close()
	// region: read-socket
	conn, err := listener.Accept() // waits for a writer
	if err != nil {
		return err
	}
	defer conn.Close()

	var message []byte
	buffer := make([]byte, 1024)
	for {
		n, err := conn.Read(buffer) // waits until something comes
		message = append(message, buffer[:n]...)
		if errors.Is(err, io.EOF) { // the writer has closed: that was all
			break
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Stdout, "so far: %s\n", message)
	}
	fmt.Fprintf(s.Stdout, "all of it: %s\n", message)
	// endregion: read-socket
	return nil
}
