package main

import (
	"bufio"
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
	stdin := bufio.NewReader(os.Stdin)
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		talk(conn, stdin)
	}
}

func talk(conn net.Conn, stdin *bufio.Reader) {
	defer conn.Close()
	for {
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || line == "q\n" {
			return
		}
		fmt.Print(line)
		answer, err := stdin.ReadString('\n')
		if err != nil {
			fmt.Fprint(conn, "q\n")
			os.Exit(0)
		}
		fmt.Fprint(conn, answer)
		if answer == "q\n" {
			return
		}
	}
}
