package tcpvsudp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// tcpClient sends each line it is given as a message, ends its direction, and
// prints the answer.
func tcpClient(s demo.Stdio) error {
	// region: client
	conn, err := net.Dial("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	sent := 0
	for messages := bufio.NewScanner(s.In); messages.Scan(); sent++ {
		if _, err := conn.Write(messages.Bytes()); err != nil {
			return err
		}
	}
	// That was all: a FIN says so. The other direction stays open.
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	fmt.Fprintln(s.Stdout, "sent", sent)
	answer, err := io.ReadAll(conn)
	// endregion: client
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "%s\n", answer)
	return nil
}

// tcpServer takes one client, reads when somebody has pressed Enter, and
// answers how often that took a read.
func tcpServer(s demo.Stdio) error {
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
	if err := awaitEnter(s.In); err != nil {
		return err
	}
	// region: server
	buffer := make([]byte, 1024)
	reads, bytes := 0, 0
	for {
		n, err := conn.Read(buffer)
		if errors.Is(err, io.EOF) {
			break // the end of the stream
		}
		if err != nil {
			return err
		}
		reads, bytes = reads+1, bytes+n
		fmt.Fprintf(s.Stdout, "%q\n", buffer[:n])
	}
	_, err = fmt.Fprintf(conn, "reads: %d, bytes: %d", reads, bytes)
	return err
	// endregion: server
}

// awaitEnter keeps a program busy until it is given a line.
func awaitEnter(in io.Reader) error {
	_, err := bufio.NewReader(in).ReadString('\n')
	return err
}
