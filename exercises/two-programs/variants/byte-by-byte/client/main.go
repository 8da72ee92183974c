package main

import (
	"log"
	"net"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 || !strings.Contains(os.Args[1], ":") {
		log.Print("I need an address, such as 127.0.0.1:9000, and a name")
		os.Exit(2)
	}
	address, err := net.ResolveTCPAddr("tcp4", os.Args[1])
	if err != nil {
		log.Print(err)
		os.Exit(2)
	}
	conn, err := net.DialTCP("tcp4", nil, address)
	if err != nil {
		log.Fatal(err)
	}
	for _, b := range []byte(os.Args[2] + "\n") {
		if _, err := conn.Write([]byte{b}); err != nil {
			log.Fatal(err)
		}
	}
	var greeting []byte
	one := make([]byte, 1)
	for len(greeting) == 0 || greeting[len(greeting)-1] != '\n' {
		if _, err := conn.Read(one); err != nil {
			log.Fatal("no whole greeting: ", err)
		}
		greeting = append(greeting, one[0])
	}
	conn.Close()
	os.Stdout.Write(greeting)
}
