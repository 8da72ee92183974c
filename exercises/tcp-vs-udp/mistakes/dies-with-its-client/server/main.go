// The echo server.
package main

import (
	"io"
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
	buf := make([]byte, 65536)
	for {
		n, err := conn.Read(buf)
		if err == io.EOF {
			conn.Close()
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			log.Fatal(err)
		}
	}
}

func serveUDP(socket net.PacketConn) {
	buf := make([]byte, 65535)
	for {
		n, from, err := socket.ReadFrom(buf)
		if err != nil {
			log.Fatal(err)
		}
		socket.WriteTo(buf[:n], from)
	}
}
