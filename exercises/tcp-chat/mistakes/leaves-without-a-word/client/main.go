package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
)

func main() {
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer conn.Close()
	stdin, lines := bufio.NewReader(os.Stdin), bufio.NewReader(conn)
	for {
		typed, err := stdin.ReadString('\n')
		if err != nil || typed == "q\n" {
			return
		}
		fmt.Fprint(conn, typed)
		line, err := lines.ReadString('\n')
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if line == "q\n" {
			return
		}
		fmt.Print(line)
	}
}
