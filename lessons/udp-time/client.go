package udptime

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// client asks the server at the address in its first argument for the time in
// the format in its second, and prints the answer.
func client(s demo.Stdio) error {
	socket, err := net.Dial("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	answer, err := ask(socket, s.Args[1], s.Stdout)
	if err != nil {
		return err
	}
	if strings.HasPrefix(answer, "error: ") {
		return errors.New(answer)
	}
	fmt.Fprintln(s.Stdout, answer)
	return nil
}

// region: ask
const (
	wait  = time.Second
	tries = 3
)

func ask(socket net.Conn, format string, log io.Writer) (string, error) {
	buffer := make([]byte, 65535)
	for range tries {
		if _, err := socket.Write([]byte(format)); err != nil {
			return "", err
		}
		socket.SetReadDeadline(time.Now().Add(wait))
		n, err := socket.Read(buffer)
		if err == nil {
			return string(buffer[:n]), nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return "", err
		}
		fmt.Fprintf(log, "no answer within %v\n", wait)
	}
	return "", fmt.Errorf("asked %d times, no answer", tries)
}

// endregion: ask
