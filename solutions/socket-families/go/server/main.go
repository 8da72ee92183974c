// An echo server for three families of addresses: unix:/path/to.sock,
// 10.0.0.2:9007 and [fd00::2]:9007.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: server ADDRESS")
		os.Exit(2)
	}
	network, address, err := parse(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(2) // we were called wrongly
	}
	if err := listenAndServe(network, address); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1) // we were called rightly, but it can't be done
	}
}

// parse tells which family an address is of, and what it is within the family.
func parse(text string) (network, address string, err error) {
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		if path == "" {
			return "", "", errors.New("unix: what is the path?")
		}
		return "unix", path, nil
	}
	// It accepts 10.0.0.2:9007 and [fd00::2]:9007, and no names.
	addr, err := netip.ParseAddrPort(text)
	if err != nil {
		return "", "", fmt.Errorf("%q is no address such as unix:/tmp/echo.sock, 10.0.0.2:9007 or [fd00::2]:9007", text)
	}
	return "tcp", addr.String(), nil
}

func listenAndServe(network, address string) error {
	if network == "unix" {
		if err := removeStale(address); err != nil {
			return err
		}
	}
	// From here on the family makes no difference.
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	defer listener.Close()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

// removeStale removes the socket file that a dead server has left at path. It
// removes nothing else: no other kind of file, and no socket that lives.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the usual case
	}
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSocket == 0 {
		return fmt.Errorf("listen on %s: a file that is not a socket is there already", path)
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		conn.Close()
		return fmt.Errorf("listen on %s: in use by another server", path)
	}
	if !refused(err) {
		return err // it may live, for example under another user
	}
	return os.Remove(path)
}

// refused reports whether nobody listens there: ECONNREFUSED, which Windows
// numbers as WSAECONNREFUSED.
func refused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.Errno(10061))
}

func serve(conn net.Conn) {
	defer conn.Close()
	// Copies what comes until the client closes its sending side.
	if _, err := io.Copy(conn, conn); err != nil {
		fmt.Fprintln(os.Stderr, "client went away:", err)
	}
}
