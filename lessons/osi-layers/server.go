package osilayers

import (
	"bufio"
	"fmt"
	"io"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// region: web

// webServer answers one HTTP request and ends.
func webServer(std demo.Stdio) error {
	listener, err := net.Listen("tcp", std.Args[0])
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Fprintln(std.Stdout, "waits")
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	lines := bufio.NewReader(conn)
	for line := ""; line != "\r\n"; { // an empty line ends the request
		if line, err = lines.ReadString('\n'); err != nil {
			return err
		}
	}
	_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\nhi")
	return err
}

// endregion: web

// datagramServer answers one datagram with the same bytes and ends.
func datagramServer(std demo.Stdio) error {
	socket, err := net.ListenPacket("udp", std.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	fmt.Fprintln(std.Stdout, "waits")
	datagram := make([]byte, 1024)
	n, sender, err := socket.ReadFrom(datagram)
	if err != nil {
		return err
	}
	_, err = socket.WriteTo(datagram[:n], sender)
	return err
}
