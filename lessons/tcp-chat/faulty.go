package tcpchat

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/learnnet/learnnet/internal/demo"
)

// tutorial is the server of a widely copied tutorial, with its faults, put
// into Go.
func tutorial(s demo.Stdio) error {
	config := net.ListenConfig{Control: withoutReuse}
	listener, err := config.Listen(context.Background(), "tcp", s.Args[0])
	var call *os.SyscallError
	if errors.As(err, &call) {
		return call // without the address, which the ladder shows
	}
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Fprintln(s.Stdout, "listening on", listener.Addr())
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()

	keyboard := bufio.NewReader(s.In)
	// region: faults
	buf := make([]byte, 1024)
	for {
		n, err := conn.Read(buf) // takes what one read returns for one message
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Stdout, "%q\n", buf[:n])

		line, err := keyboard.ReadString('\n')
		if err != nil {
			return err
		}
		message := "server: " + line
		if _, err := io.WriteString(conn, message); err != nil {
			return err
		}
		if strings.TrimSpace(message) == "q" { // never true: the name stands in front
			return nil
		}
	}
	// endregion: faults
}

// netcat sends what comes from the keyboard as it comes, without waiting for
// whole lines, and prints what arrives.
func netcat(s demo.Stdio) error {
	conn, err := net.Dial("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	go forward(s.Stdout, conn)
	return forward(conn, s.In)
}

// forward writes each piece that a read returns, as it is, until the end.
// (io.Copy does the same, but by calls that this lesson doesn't tell of.)
func forward(to io.Writer, from io.Reader) error {
	buf := make([]byte, 1024)
	for {
		n, err := from.Read(buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return err
		}
	}
}
