package osilayers

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// region: web

// webClient asks for the page "/" and prints it.
func webClient(std demo.Stdio) error {
	conn, err := net.Dial("tcp", std.Args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	request := "GET / HTTP/1.1\r\nHost: " + std.Args[0] + "\r\n\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		return err
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		return err
	}
	_, page, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	fmt.Fprintf(std.Stdout, "%s\n", page)
	return nil
}

// endregion: web

// datagramClient sends a datagram and prints the answer.
func datagramClient(std demo.Stdio) error {
	conn, err := net.Dial("udp", std.Args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "hi"); err != nil {
		return err
	}
	// Datagrams get lost: don't wait for ever.
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	answer := make([]byte, 1024)
	n, err := conn.Read(answer)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.Stdout, "%s\n", answer[:n])
	return nil
}
