// The server of a conversation over TCP: it talks to one caller after another,
// line by line, turn by turn.
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
		fmt.Fprintln(os.Stderr, "usage: server ADDRESS")
		os.Exit(2)
	}
	if err := listenAndTalk(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// errInputEnded says that nobody can type any more.
var errInputEnded = errors.New("standard input has ended")

// listenAndTalk talks to one caller after another, until standard input ends.
func listenAndTalk(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	defer listener.Close()
	// One reader for the keyboard, whoever calls: what it has read ahead must
	// not get lost between two callers.
	keyboard := bufio.NewReader(os.Stdin)
	for {
		// Who calls meanwhile waits in the kernel's queue until we are back here.
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		err = talk(conn, keyboard)
		if errors.Is(err, errInputEnded) {
			return nil
		}
		if err != nil { // this caller's trouble, not the next one's
			fmt.Fprintf(os.Stderr, "server: caller %s: %v\n", conn.RemoteAddr(), err)
		}
	}
}

// talk is one conversation. The caller speaks first.
func talk(conn net.Conn, keyboard *bufio.Reader) error {
	defer conn.Close()
	// One reader for the whole conversation: behind the end of a line it may
	// have the beginning of the next one already. A new one for each caller:
	// half a line of somebody who has gone is nobody's.
	lines := bufio.NewReaderSize(conn, longest+len("\n"))
	for {
		goOn, err := hear(lines)
		if !goOn || err != nil {
			return err
		}
		goOn, err = say(conn, keyboard)
		if !goOn || err != nil {
			return err
		}
	}
}

// hear waits for a whole line of the caller's, prints it, and reports whether
// the conversation goes on. Bytes that are not UTF-8 are printed as they are.
func hear(lines *bufio.Reader) (bool, error) {
	line, err := lines.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF):
		return false, errors.New("vanished without saying q")
	case errors.Is(err, bufio.ErrBufferFull):
		return false, fmt.Errorf("said a line of more than %d bytes", longest)
	case err != nil:
		return false, err
	case string(line) == quit:
		return false, nil
	}
	_, err = os.Stdout.Write(line)
	return true, err
}

// say waits for a line from the keyboard, sends it, and reports whether the
// conversation goes on. The end of the input says q for the one who typed.
func say(conn net.Conn, keyboard *bufio.Reader) (bool, error) {
	typed, err := keyboard.ReadString('\n')
	if err != nil && typed == "" {
		_, err := io.WriteString(conn, quit)
		return false, errors.Join(errInputEnded, err)
	}
	// Nothing else is taken away. A console of Windows ends lines with \r\n.
	line := strings.TrimSuffix(strings.TrimSuffix(typed, "\n"), "\r") + "\n"
	_, err = io.WriteString(conn, line) // all of it, or an error
	return line != quit, err
}
