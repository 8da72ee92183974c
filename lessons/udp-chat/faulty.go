package udpchat

import (
	"bufio"
	"fmt"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// faulty is a client that means to end at q, and doesn't: it compares what it
// has made of the line, and that begins with the name.
func faulty(s demo.Stdio) error {
	socket, err := net.Dial("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	lines := bufio.NewScanner(s.In)
	for lines.Scan() {
		message := s.Args[1] + " : " + lines.Text()
		answer, err := ask(socket, message)
		if err != nil {
			return err
		}
		fmt.Fprintln(s.Stdout, visible(answer))
		if message == "q" {
			return nil
		}
	}
	return lines.Err()
}
