package main

import (
	"bufio"
	"bytes"
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
	stdin := bufio.NewReader(os.Stdin)
	var got []byte
	for {
		typed, err := stdin.ReadString('\n')
		if err != nil {
			typed = "q\n"
		}
		fmt.Fprint(conn, typed)
		if typed == "q\n" {
			return
		}
		for bytes.IndexByte(got, '\n') < 0 {
			buf := make([]byte, 1024)
			n, _ := conn.Read(buf)
			got = append(got, buf[:n]...)
		}
		end := bytes.IndexByte(got, '\n') + 1
		line := string(got[:end])
		got = got[end:]
		if line == "q\n" {
			return
		}
		fmt.Print(line)
	}
}
