package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
)

func main() {
	_, port, err := net.SplitHostPort(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	out := bufio.NewWriter(os.Stdout)
	messages := make(chan string)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				log.Print(err)
				continue
			}
			go talk(conn, messages)
		}
	}()
	for m := range messages {
		fmt.Fprintf(out, ">>> %q\n", m)
		out.Flush()
	}
}

func talk(conn net.Conn, messages chan<- string) {
	defer conn.Close()
	buf := make([]byte, 1024)
	n, err := conn.Read(buf)
	if err != nil {
		log.Print(err)
		return
	}
	messages <- string(buf[:n])
	if _, err := conn.Write([]byte("hi")); err != nil {
		log.Print(err)
	}
}
