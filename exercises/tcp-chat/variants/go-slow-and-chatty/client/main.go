package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
)

func main() {
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	stdin, lines := bufio.NewReader(os.Stdin), bufio.NewReader(conn)
	for {
		fmt.Print(">>> ")
		typed, err := stdin.ReadString('\n')
		if err == io.EOF {
			typed = "q\n"
		}
		half := len(typed) / 2
		for _, part := range []string{typed[:half], typed[half:]} {
			if _, err := conn.Write([]byte(part)); err != nil {
				log.Fatal(err)
			}
		}
		if typed == "q\n" {
			break
		}
		line, err := lines.ReadString('\n')
		if err != nil {
			log.Fatal("the server has gone: ", err)
		}
		if line == "q\n" {
			break
		}
		fmt.Printf("%q\n", line[:len(line)-1])
	}
	conn.Close()
}
