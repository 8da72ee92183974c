// The echo server (RFC 862): it sends back whatever it receives, over TCP and
// over UDP at the same port.
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

// listenAndServe serves both transports until one of them fails.
func listenAndServe(address string) error {
	// TCP and UDP have port numbers of their own, so one number serves twice.
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	defer listener.Close()
	socket, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()

	failed := make(chan error, 2)
	go func() { failed <- serveTCP(listener) }()
	go func() { failed <- serveUDP(socket) }()
	return <-failed
}

// serveTCP gives every connection a goroutine of its own, so that a client
// that is silent, or doesn't read, keeps nobody else waiting.
func serveTCP(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

func echo(conn net.Conn) {
	defer conn.Close()
	// Copy reads what is there, writes all of it, and reads again, until the
	// client has closed its direction. The bytes need no meaning for that. If
	// the client doesn't read, writing waits: that is TCP's flow control.
	if _, err := io.Copy(conn, conn); err != nil {
		fmt.Fprintf(os.Stderr, "client %s: %v\n", conn.RemoteAddr(), err)
	}
}

// serveUDP needs one socket and one loop for everybody.
func serveUDP(socket net.PacketConn) error {
	buffer := make([]byte, 65535) // what doesn't fit is lost, and no datagram is longer
	for {
		n, asker, err := socket.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err == nil {
			// n may be 0: a datagram without bytes is a datagram.
			_, err = socket.WriteTo(buffer[:n], asker)
		}
		if err != nil {
			// It tells of one datagram, not of the socket: go on.
			fmt.Fprintln(os.Stderr, "udp:", err)
		}
	}
}
