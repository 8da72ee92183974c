// The echo client: it sends its standard input to an echo server, over TCP as
// one stream, or over UDP a datagram a line, and prints what comes back.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"
)

func main() {
	wait := time.Second
	switch {
	case len(os.Args) == 3 && os.Args[2] == "tcp", len(os.Args) == 3 && os.Args[2] == "udp":
	case len(os.Args) == 4 && os.Args[2] == "udp":
		ms, err := strconv.Atoi(os.Args[3])
		if err != nil || ms <= 0 {
			fmt.Fprintf(os.Stderr, "client: WAIT is a number of milliseconds, not %q\n", os.Args[3])
			os.Exit(2)
		}
		wait = time.Duration(ms) * time.Millisecond
	default:
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS tcp\n       client ADDRESS udp [WAIT]")
		os.Exit(2)
	}
	var err error
	if address := os.Args[1]; os.Args[2] == "tcp" {
		err = overTCP(address, os.Stdin, os.Stdout)
	} else {
		err = overUDP(address, wait, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

// overTCP sends all of in and writes everything that comes back to out.
func overTCP(address string, in io.Reader, out io.Writer) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()

	// Sending and receiving go on at the same time. Who first sends all and
	// then reads may wait for ever: the server stops reading when nobody takes
	// what it sends, and then nothing more can be sent either.
	go func() {
		// If it fails, the connection is gone, and so the reading below fails.
		_, _ = io.Copy(conn, in)
		// The server has all of it when our direction ends. The other
		// direction stays open.
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	_, err = io.Copy(out, conn)
	return err
}

// overUDP sends each line of in as a datagram, and writes each answer to out
// as a line.
func overUDP(address string, wait time.Duration, in io.Reader, out io.Writer) error {
	// For a UDP socket connect sends nothing: it tells our kernel where
	// datagrams go, and to let in only those that come from there.
	socket, err := net.Dial("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()

	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		message := bytes.TrimSuffix(line, []byte("\n"))
		if err := ask(socket, message, wait); err != nil {
			return err
		}
		// The answer is what was asked, byte for byte.
		if _, err := fmt.Fprintf(out, "%s\n", message); err != nil {
			return err
		}
	}
}

const tries = 3

// ask sends message until it comes back, at most three times.
func ask(socket net.Conn, message []byte, wait time.Duration) error {
	for try := 1; try <= tries; try++ {
		if _, err := socket.Write(message); err != nil {
			return err
		}
		err := await(socket, message, time.Now().Add(wait))
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			// It came, or another try won't help: "connection refused" means
			// that nobody has this port.
			return err
		}
		fmt.Fprintf(os.Stderr, "client: no answer to try %d of %d within %v\n", try, tries, wait)
	}
	return fmt.Errorf("no answer from %s: gave up after %d tries", socket.RemoteAddr(), tries)
}

// await receives until message comes back. Anything else is an answer to an
// earlier question, which came late or twice: it doesn't count, and doesn't
// prolong the wait.
func await(socket net.Conn, message []byte, deadline time.Time) error {
	if err := socket.SetReadDeadline(deadline); err != nil {
		return err
	}
	buffer := make([]byte, 65535)
	for {
		n, err := socket.Read(buffer)
		if err != nil {
			return err
		}
		if bytes.Equal(buffer[:n], message) {
			return nil
		}
	}
}
