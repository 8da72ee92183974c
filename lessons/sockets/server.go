package sockets

import (
	"fmt"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// server waits for one client at the address it is given, prints what the
// client says and answers.
func server(s demo.Stdio) error {
	// region: listen
	listener, err := net.Listen("tcp", s.Args[0]) // socket, bind, listen
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Fprintln(s.Stdout, "listening on", s.Args[0])
	// endregion: listen

	// region: serve
	conn, err := listener.Accept() // wait for a client
	if err != nil {
		return err
	}
	defer conn.Close()

	buf := make([]byte, 1024)
	n, err := conn.Read(buf) // wait for what it says
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "%s\n", buf[:n])
	_, err = conn.Write([]byte("hi"))
	return err
	// endregion: serve
}
