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
		go func() {
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}

func serveUDP(socket net.PacketConn) {
	buf := make([]byte, 65535)
	for {
		n, from, err := socket.ReadFrom(buf)
		if err != nil || n == 0 {
			continue
		}
		socket.WriteTo(buf[:n], from)
	}
}
