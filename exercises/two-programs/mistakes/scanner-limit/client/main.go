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
	fmt.Fprintln(conn, os.Args[2])
	scanner := bufio.NewScanner(conn)
	scanner.Scan()
	fmt.Println(scanner.Text())
}
