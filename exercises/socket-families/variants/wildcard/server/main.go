package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
)

func main() {
	log.SetPrefix("echo: ")
	if len(os.Args) != 2 {
		log.Print("give me an address")
		os.Exit(2)
	}
	listener := listen(os.Args[1])
	fmt.Print(">>> ")
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		log.Println("a client:", conn.RemoteAddr())
		buf := make([]byte, 100)
		for {
			n, err := conn.Read(buf)
			if _, failed := conn.Write(buf[:n]); err != nil || failed != nil {
				break
			}
		}
		conn.Close()
	}
}

func listen(text string) net.Listener {
	if path, ok := strings.CutPrefix(text, "unix:"); ok && path != "" {
		return listenUnix(path)
	}
	addr, err := netip.ParseAddrPort(text)
	if err != nil {
		log.Print(err)
		os.Exit(2)
	}
	listener, err := net.Listen("tcp", fmt.Sprintf(":%d", addr.Port()))
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

func listenUnix(path string) net.Listener {
	listener, err := net.Listen("unix", path)
	if err == nil {
		return listener
	}
	// Something is there, or it can't be had at all.
	info, lost := os.Lstat(path)
	if lost != nil || info.Mode().Type() != os.ModeSocket {
		log.Fatal(err)
	}
	conn, lost := net.Dial("unix", path)
	if lost == nil {
		conn.Close()
	}
	// On Windows it has a number of its own (WSAECONNREFUSED).
	if !errors.Is(lost, syscall.ECONNREFUSED) && !errors.Is(lost, syscall.Errno(10061)) {
		log.Fatal("in use: ", err)
	}
	if err := os.Remove(path); err != nil {
		log.Fatal(err)
	}
	if listener, err = net.Listen("unix", path); err != nil {
		log.Fatal(err)
	}
	return listener
}
