package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		buf := make([]byte, 1024)
		n, _ := conn.Read(buf)
		if n > 0 {
			fmt.Println(string(buf[:n]))
			fmt.Fprintln(conn, "hi")
		}
		conn.Close()
	}
}
