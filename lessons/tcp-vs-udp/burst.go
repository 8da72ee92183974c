package tcpvsudp

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// A piece is how many bytes a TCP segment carries on this wire: 1,500 without
// 20 of IP's header, 20 of TCP's, and 12 for its time stamps.
const piece = 1448

// tcpSource sends as many bytes as it is told to with one call, and prints the
// answer.
func tcpSource(s demo.Stdio) error {
	length, err := strconv.Atoi(s.Args[1])
	if err != nil {
		return err
	}
	conn, err := net.Dial("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Write(bytes.Repeat([]byte{'x'}, length)); err != nil {
		return err
	}
	answer, err := io.ReadAll(conn)
	fmt.Fprintf(s.Stdout, "%s\n", answer)
	return err
}

// tcpSink takes as many bytes from one client as it is told to, and says so.
func tcpSink(s demo.Stdio) error {
	length, err := strconv.ParseInt(s.Args[1], 10, 64)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Fprintln(s.Stdout, "ready")
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.CopyN(io.Discard, conn, length); err != nil {
		return err
	}
	_, err = fmt.Fprintf(conn, "got %d bytes", length)
	return err
}

// udpSource sends as many bytes as it is told to in datagrams of a piece each,
// and prints the answer.
func udpSource(s demo.Stdio) error {
	length, err := strconv.Atoi(s.Args[1])
	if err != nil {
		return err
	}
	socket, err := net.Dial("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	for ; length > 0; length -= piece {
		if _, err := socket.Write(bytes.Repeat([]byte{'x'}, min(piece, length))); err != nil {
			return err
		}
	}
	answer := make([]byte, 65535)
	socket.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, err := socket.Read(answer)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "%s\n", answer[:n])
	return nil
}

// udpSink receives until it has as many bytes as it is told to, and says so to
// the last sender.
func udpSink(s demo.Stdio) error {
	length, err := strconv.Atoi(s.Args[1])
	if err != nil {
		return err
	}
	socket, err := net.ListenPacket("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	fmt.Fprintln(s.Stdout, "ready")
	buffer := make([]byte, 65535)
	for got := 0; ; {
		n, sender, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		if got += n; got >= length {
			_, err = socket.WriteTo(fmt.Appendf(nil, "got %d bytes", got), sender)
			return err
		}
	}
}
