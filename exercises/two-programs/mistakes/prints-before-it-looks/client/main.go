package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS NAME")
		os.Exit(2)
	}
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer conn.Close()
	fmt.Fprintln(conn, os.Args[2])
	greeting, err := bufio.NewReader(conn).ReadString('\n')
	fmt.Print(greeting)
	if err != nil {
		fmt.Fprintln(os.Stderr, "no greeting:", err)
		os.Exit(1)
	}
}
