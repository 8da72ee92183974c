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
	fmt.Fprintf(conn, "%s\r\n", os.Args[2])
	greeting, _ := bufio.NewReader(conn).ReadString('\n')
	fmt.Print(greeting)
}
