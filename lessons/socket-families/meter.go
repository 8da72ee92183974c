package socketfamilies

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// What the meter measures with: few enough to take no time worth mentioning,
// and many enough for the start not to count.
const (
	bulk       = 64 << 20 // bytes
	piece      = 64 << 10 // bytes a write
	roundTrips = 2000
)

// meter measures pairs of a network and an address, one after another, with
// both ends of each connection in this one program.
func meter(std demo.Stdio) error {
	for i := 0; i+1 < len(std.Args); i += 2 {
		network, address := std.Args[i], std.Args[i+1]
		if err := measure(std.Stdout, network, address); err != nil {
			return fmt.Errorf("%s: %w", network, inSystemCall(err))
		}
	}
	return nil
}

func measure(out io.Writer, network, address string) error {
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	defer listener.Close()
	served := make(chan error, 1)
	go func() { served <- takeAndEcho(listener) }()

	conn, err := net.Dial(network, address)
	if err != nil {
		return err
	}
	defer conn.Close()
	moved, err := timed(func() error { return sendBulk(conn) })
	if err != nil {
		return err
	}
	asked, err := timed(func() error { return askOften(conn) })
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: 64 MiB %d ms\n", network, moved.Milliseconds())
	fmt.Fprintf(out, "%s: 2000 echoes %d ms\n", network, asked.Milliseconds())
	return errors.Join(conn.Close(), <-served)
}

func timed(f func() error) (time.Duration, error) {
	begin := time.Now()
	err := f()
	return time.Since(begin), err
}

// sendBulk sends the bulk and waits for the byte that says it has arrived.
func sendBulk(conn net.Conn) error {
	for buf, sent := make([]byte, piece), 0; sent < bulk; sent += piece {
		if _, err := conn.Write(buf); err != nil {
			return err
		}
	}
	_, err := io.ReadFull(conn, make([]byte, 1))
	return err
}

// askOften sends a byte and waits for it to come back, again and again.
func askOften(conn net.Conn) error {
	b := make([]byte, 1)
	for range roundTrips {
		if _, err := conn.Write(b); err != nil {
			return err
		}
		if _, err := io.ReadFull(conn, b); err != nil {
			return err
		}
	}
	return nil
}

// takeAndEcho is the other side: it takes the bulk, says so, and is an echo
// server from then on.
func takeAndEcho(listener net.Listener) error {
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, io.LimitReader(conn, bulk), make([]byte, piece)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte{0}); err != nil {
		return err
	}
	return echo(conn)
}
