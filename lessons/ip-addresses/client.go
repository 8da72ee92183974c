package ipaddresses

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/learnnet/learnnet/internal/demo"
)

// client calls an address and prints what the server there says of it.
func client(std demo.Stdio) error {
	conn, err := net.Dial("tcp", std.Args[0])
	if err != nil {
		return inSystemCall(err)
	}
	defer conn.Close()
	heard, err := io.ReadAll(conn)
	if err != nil {
		return inSystemCall(err)
	}
	fmt.Fprintf(std.Stdout, "%s\n", heard)
	return nil
}

// inSystemCall returns the system call in which err arose and what the kernel
// said there. It leaves out the addresses, which the ladder shows.
func inSystemCall(err error) error {
	var call *os.SyscallError
	if errors.As(err, &call) {
		return call
	}
	return err
}
