package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

func main() {
	network, address := "tcp", os.Args[1]
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		network, address = "unix", path
	}
	if info, err := os.Stat(address); err == nil && info.Mode()&os.ModeSocket != 0 {
		if _, err := net.Dial(network, address); errors.Is(err, syscall.ECONNREFUSED) {
			os.Remove(address)
		}
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			os.Exit(1)
		}
		go func() {
			io.Copy(conn, conn)
			conn.Close()
		}()
	}
}
