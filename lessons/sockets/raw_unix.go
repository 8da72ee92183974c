//go:build unix

package sockets

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/demo"
)

// rawServer does what server does, one system call at a time.
func rawServer(s demo.Stdio) error {
	address, err := sockaddr(s.Args[0])
	if err != nil {
		return err
	}
	// region: serve
	listener, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(listener)
	if err := unix.Bind(listener, address); err != nil {
		return fmt.Errorf("bind to %s: %w", s.Args[0], err)
	}
	if err := unix.Listen(listener, 8); err != nil { // room for 8 who wait
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Fprintln(s.Stdout, "listening on", s.Args[0])

	conn, _, err := unix.Accept(listener)
	if err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	defer unix.Close(conn)

	buf := make([]byte, 1024)
	n, err := unix.Read(conn, buf)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	fmt.Fprintf(s.Stdout, "%s\n", buf[:n])
	return writeAll(conn, "hi")
	// endregion: serve
}

// rawClient does what client does, one system call at a time.
func rawClient(s demo.Stdio) error {
	address, err := sockaddr(s.Args[0])
	if err != nil {
		return err
	}
	// region: talk
	conn, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(conn)
	if err := unix.Connect(conn, address); err != nil {
		return fmt.Errorf("connect to %s: %w", s.Args[0], err)
	}
	if err := writeAll(conn, "hello!"); err != nil {
		return err
	}

	var answer []byte
	for buf := make([]byte, 1024); ; {
		n, err := unix.Read(conn, buf)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if n == 0 { // the server has closed its side
			break
		}
		answer = append(answer, buf[:n]...)
	}
	fmt.Fprintf(s.Stdout, "%s\n", answer)
	return nil
	// endregion: talk
}

// writeAll writes text to a socket; one call may take only a part of it.
func writeAll(fd int, text string) error {
	for rest := []byte(text); len(rest) > 0; {
		n, err := unix.Write(fd, rest)
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		rest = rest[n:]
	}
	return nil
}

// sockaddr puts "10.0.0.2:8898" into the form that the kernel takes.
func sockaddr(address string) (*unix.SockaddrInet4, error) {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	if !a.Addr().Is4() {
		return nil, fmt.Errorf("%s is not an IPv4 address", a.Addr())
	}
	return &unix.SockaddrInet4{Addr: a.Addr().As4(), Port: int(a.Port())}, nil
}
