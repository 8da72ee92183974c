package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"strings"
	"time"
)

func main() {
	time.Sleep(300 * time.Millisecond)
	_, port, err := net.SplitHostPort(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("waiting for a call on", listener.Addr())
	stdin := bufio.NewReader(os.Stdin)
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		log.Print("call from ", conn.RemoteAddr())
		if err := talk(conn, stdin); err != nil {
			log.Print(err)
		}
	}
}

func talk(conn net.Conn, stdin *bufio.Reader) error {
	defer conn.Close()
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadString('\n')
		if err != nil || line == "q\n" {
			return err
		}
		fmt.Print("<<< ", line, ">>> ")
		typed, err := stdin.ReadString('\n')
		if err != nil {
			fmt.Fprintln(conn, "q")
			conn.Close()
			os.Exit(0)
		}
		text, _ := strings.CutSuffix(typed, "\n")
		if _, err := fmt.Fprint(conn, text); err != nil { // nothing at all for an empty line
			return err
		}
		if _, err := fmt.Fprintln(conn); err != nil {
			return err
		}
		if text == "q" {
			return nil
		}
	}
}
