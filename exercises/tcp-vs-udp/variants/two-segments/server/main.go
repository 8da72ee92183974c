// The echo server.
package main

import (
	"log"
	"net"
	"os"
)

func main() {
	_, port, err := net.SplitHostPort(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	socket, err := net.ListenPacket("udp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		go udp(socket)
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go tcp(conn)
	}
}

func tcp(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		first := min(n, 7)
		if _, err := conn.Write(buf[:first]); err != nil {
			return
		}
		if _, err := conn.Write(buf[first:n]); err != nil {
			return
		}
	}
}

func udp(socket net.PacketConn) {
	buf := make([]byte, 1<<17)
	for {
		n, from, err := socket.ReadFrom(buf)
		if err != nil {
			log.Print(err)
			continue
		}
		socket.WriteTo(buf[:n], from)
	}
}
