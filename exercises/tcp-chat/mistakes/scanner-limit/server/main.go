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
	stdin := bufio.NewScanner(os.Stdin)
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		talk(conn, stdin)
	}
}

func talk(conn net.Conn, stdin *bufio.Scanner) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if lines.Text() == "q" {
			return
		}
		fmt.Println(lines.Text())
		if !stdin.Scan() {
			fmt.Fprintln(conn, "q")
			os.Exit(0)
		}
		fmt.Fprintln(conn, stdin.Text())
		if stdin.Text() == "q" {
			return
		}
	}
}
