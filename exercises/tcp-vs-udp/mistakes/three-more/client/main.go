// The echo client.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"time"
)

func main() {
	conn, err := net.Dial(os.Args[2], os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[2] == "udp" {
		overUDP(conn)
		return
	}
	go func() {
		io.Copy(conn, os.Stdin)
		conn.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(os.Stdout, conn)
}

func overUDP(conn net.Conn) {
	wait := time.Second
	if len(os.Args) > 3 {
		ms, _ := strconv.Atoi(os.Args[3])
		wait = time.Duration(ms) * time.Millisecond
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if err := ask(conn, lines.Text(), wait); err != nil {
			log.Fatal(err)
		}
		fmt.Println(lines.Text())
	}
}

func ask(conn net.Conn, message string, wait time.Duration) (err error) {
	buf := make([]byte, 65535)
	for try := 0; try <= 3; try++ {
		if _, err := conn.Write([]byte(message)); err != nil {
			return err
		}
		conn.SetReadDeadline(time.Now().Add(wait))
		var n int
		for {
			if n, err = conn.Read(buf); err != nil {
				break
			}
			if string(buf[:n]) == message {
				return nil
			}
		}
	}
	return err
}
