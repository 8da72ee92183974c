package ports

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// region: tcp

// tcpClient connects, and prints what it heard and at which port of its own.
func tcpClient(std demo.Stdio) error {
	conn, err := net.Dial("tcp", std.Args[0])
	if err != nil {
		return inSystemCall(err)
	}
	defer conn.Close()
	heard, err := io.ReadAll(conn)
	if err != nil {
		return err
	}
	own := conn.LocalAddr().(*net.TCPAddr)
	fmt.Fprintf(std.Stdout, "%s\nport %d\n", heard, own.Port)
	return nil
}

// endregion: tcp

// region: udp

// udpClient asks with a datagram, and prints what it heard and at which port
// of its own. Its socket is connected: that sends nothing, but tells the
// kernel whose errors this socket is to hear of.
func udpClient(std demo.Stdio) error {
	conn, err := net.Dial("udp", std.Args[0])
	if err != nil {
		return inSystemCall(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("who?")); err != nil {
		return inSystemCall(err)
	}
	// Datagrams get lost: don't wait for ever.
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	heard := make([]byte, 1024)
	n, err := conn.Read(heard)
	if err != nil {
		return inSystemCall(err)
	}
	own := conn.LocalAddr().(*net.UDPAddr)
	fmt.Fprintf(std.Stdout, "%s\nport %d\n", heard[:n], own.Port)
	return nil
}

// endregion: udp

// inSystemCall returns the system call in which err arose and what the kernel
// said there. It leaves out the addresses, which the ladder shows.
func inSystemCall(err error) error {
	var call *os.SyscallError
	if errors.As(err, &call) {
		return call
	}
	return err
}
