// The client of a conversation over TCP: it calls the server and talks with it,
// line by line, turn by turn. It speaks first.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

const (
	quit    = "q\n"   // the line that ends a conversation
	longest = 100_000 // bytes in a line, its end not counted
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS")
		os.Exit(2)
	}
	if err := call(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

// call talks with the server at address until one of the two says q.
func call(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	// One reader each for the whole conversation: behind the end of a line it
	// may have the beginning of the next one already.
	keyboard := bufio.NewReader(os.Stdin)
	lines := bufio.NewReaderSize(conn, longest+len("\n"))
	for {
		goOn, err := say(conn, keyboard)
		if !goOn || err != nil {
			return err
		}
		goOn, err = hear(lines)
		if !goOn || err != nil {
			return err
		}
	}
}

// say waits for a line from the keyboard, sends it, and reports whether the
// conversation goes on. The end of the input says q for the one who typed.
func say(conn net.Conn, keyboard *bufio.Reader) (bool, error) {
	typed, err := keyboard.ReadString('\n')
	if err != nil && typed == "" {
		typed = quit
	}
	// Nothing else is taken away. A console of Windows ends lines with \r\n.
	line := strings.TrimSuffix(strings.TrimSuffix(typed, "\n"), "\r") + "\n"
	_, err = io.WriteString(conn, line) // all of it, or an error
	return line != quit, err
}

// hear waits for a whole line of the server's, prints it, and reports whether
// the conversation goes on. Bytes that are not UTF-8 are printed as they are.
func hear(lines *bufio.Reader) (bool, error) {
	line, err := lines.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF):
		return false, errors.New("the server vanished without saying q")
	case errors.Is(err, bufio.ErrBufferFull):
		return false, fmt.Errorf("the server said a line of more than %d bytes", longest)
	case err != nil:
		return false, err
	case string(line) == quit:
		return false, nil
	}
	_, err = os.Stdout.Write(line)
	return true, err
}
