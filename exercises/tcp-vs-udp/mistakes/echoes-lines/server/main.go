// The echo server.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	socket, err := net.ListenPacket("udp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	go serveUDP(socket)
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go echo(conn)
	}
}

func echo(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		fmt.Fprintln(conn, lines.Text())
	}
}

func serveUDP(socket net.PacketConn) {
	buf := make([]byte, 65535)
	for {
		n, from, err := socket.ReadFrom(buf)
		if err != nil {
			log.Print(err)
			continue
		}
		socket.WriteTo(buf[:n], from)
	}
}
