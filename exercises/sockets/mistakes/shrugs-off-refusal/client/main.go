package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		fmt.Println("could not connect:", err)
		return
	}
	defer conn.Close()
	conn.Write([]byte("hello!"))
	answer, _ := io.ReadAll(conn)
	if len(answer) == 0 {
		fmt.Fprintln(os.Stderr, "no answer")
		os.Exit(1)
	}
	fmt.Println(string(answer))
}
