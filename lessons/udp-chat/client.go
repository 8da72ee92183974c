package udpchat

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// client lets the person in its second argument talk with the server at the
// address in its first.
func client(s demo.Stdio) error {
	socket, err := net.Dial("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	return talk(socket, s.Args[1], s.In, s.Stdout)
}

// region: talk
func talk(socket net.Conn, name string, keyboard io.Reader,
	screen io.Writer) error {
	lines := bufio.NewScanner(keyboard)
	for lines.Scan() {
		line := lines.Text()
		answer, err := ask(socket, name+" : "+line)
		if err != nil {
			return err
		}
		fmt.Fprintln(screen, visible(answer))
		if line == "q" {
			return nil
		}
	}
	return lines.Err()
}

// endregion: talk

const wait = 5 * time.Second

// ask sends a message and returns the answer, or what is to be shown if none
// comes.
func ask(socket net.Conn, message string) (string, error) {
	if _, err := socket.Write([]byte(message)); err != nil {
		return "", err
	}
	socket.SetReadDeadline(time.Now().Add(wait))
	buffer := make([]byte, 65535)
	n, err := socket.Read(buffer)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Sprintf("no answer within %v", wait), nil
	}
	return string(buffer[:n]), err
}
