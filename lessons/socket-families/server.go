package socketfamilies

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/learnnet/learnnet/internal/demo"
)

// server sends back what its first client says, until that client has no more
// to say. The family is the network it is given: "unix", "tcp4" or "tcp6".
func server(std demo.Stdio) error {
	network, address := std.Args[0], std.Args[1]
	// region: serve
	listener, err := net.Listen(network, address) // socket, bind, listen
	if err != nil {
		return inSystemCall(err)
	}
	defer listener.Close()
	fmt.Fprintln(std.Stdout, "listening")

	conn, err := listener.Accept() // wait for a client
	if err != nil {
		return err
	}
	defer conn.Close()
	return echo(conn)
	// endregion: serve
}

// echo sends back what it reads until the other side closes.
func echo(conn net.Conn) error {
	buf := make([]byte, 1024)
	for {
		n, err := conn.Read(buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			return err
		}
	}
}

// inSystemCall returns the system call in which err arose and what the kernel
// said there. It leaves out the addresses, which the ladder shows.
func inSystemCall(err error) error {
	if call := new(os.SyscallError); errors.As(err, &call) {
		return call
	}
	return err
}
