package tcpvsudp

import (
	"bufio"
	"fmt"
	"net"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// udpClient sends each line it is given as a message, then an empty one, and
// prints the answer.
func udpClient(s demo.Stdio) error {
	// region: client
	socket, err := net.Dial("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	sent := 0
	for messages := bufio.NewScanner(s.In); messages.Scan(); sent++ {
		if _, err := socket.Write(messages.Bytes()); err != nil {
			return err
		}
	}
	// UDP knows no end. These two agree that an empty datagram is one.
	if _, err := socket.Write(nil); err != nil {
		return err
	}
	fmt.Fprintln(s.Stdout, "sent", sent)
	answer := make([]byte, 65535)
	socket.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, err := socket.Read(answer)
	// endregion: client
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "%s\n", answer[:n])
	return nil
}

// udpServer reads when somebody has pressed Enter, up to an empty datagram,
// and answers how often that took a read.
func udpServer(s demo.Stdio) error {
	socket, err := net.ListenPacket("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	fmt.Fprintln(s.Stdout, "ready")
	if err := awaitEnter(s.In); err != nil {
		return err
	}
	// region: server
	buffer := make([]byte, 1024)
	reads, bytes := 0, 0
	for {
		n, sender, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		if n == 0 { // the end, by agreement
			answer := fmt.Sprintf("reads: %d, bytes: %d", reads, bytes)
			_, err = socket.WriteTo([]byte(answer), sender)
			return err
		}
		reads, bytes = reads+1, bytes+n
		fmt.Fprintf(s.Stdout, "%q\n", buffer[:n])
	}
	// endregion: server
}
