package ports

import (
	"fmt"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// region: tcp

// tcpServer tells the first client that connects who it is.
func tcpServer(std demo.Stdio) error {
	address, name := std.Args[0], std.Args[1]
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return inSystemCall(err)
	}
	defer listener.Close()
	fmt.Fprintln(std.Stdout, "has TCP", listener.Addr())
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte("I am " + name))
	return err
}

// endregion: tcp

// region: udp

// udpServer tells the sender of the first datagram who it is.
func udpServer(std demo.Stdio) error {
	address, name := std.Args[0], std.Args[1]
	socket, err := net.ListenPacket("udp", address)
	if err != nil {
		return inSystemCall(err)
	}
	defer socket.Close()
	fmt.Fprintln(std.Stdout, "has UDP", socket.LocalAddr())
	_, sender, err := socket.ReadFrom(make([]byte, 1024))
	if err != nil {
		return err
	}
	_, err = socket.WriteTo([]byte("I am "+name), sender)
	return err
}

// endregion: udp
