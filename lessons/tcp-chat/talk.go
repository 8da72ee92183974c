package tcpchat

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/learnnet/learnnet/internal/demo"
)

// region: talk

// quit is the line that ends a conversation.
const quit = "q\n"

// say waits for a line from the keyboard, sends it, and reports whether the
// conversation goes on.
func say(keyboard *bufio.Reader, conn net.Conn) (bool, error) {
	line, err := keyboard.ReadString('\n') // blocks until Enter
	if err != nil {
		line = quit // nobody can type any more
	}
	_, err = io.WriteString(conn, line)
	return line != quit, err
}

// hear waits for a line from the other side, prints it, and reports whether
// the conversation goes on.
func hear(conn net.Conn, lines *bufio.Reader,
	screen io.Writer) (bool, error) {
	line, err := lines.ReadString('\n') // blocks until a whole line is there
	if err != nil {
		return false, err
	}
	if line == quit {
		return false, awaitEnd(conn, lines)
	}
	fmt.Fprint(screen, line)
	return true, nil
}

// endregion: talk

// awaitEnd lets the one who said q be the first to close, but not for ever.
func awaitEnd(conn net.Conn, lines *bufio.Reader) error {
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	if _, err := lines.ReadByte(); err != io.EOF {
		return err
	}
	return nil
}

// client calls the server at the address it is given, and speaks first.
func client(s demo.Stdio) error {
	// region: client
	conn, err := net.Dial("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	keyboard, lines := bufio.NewReader(s.In), bufio.NewReader(conn)
	for {
		if goOn, err := say(keyboard, conn); !goOn || err != nil {
			return err
		}
		if goOn, err := hear(conn, lines, s.Stdout); !goOn || err != nil {
			return err
		}
	}
	// endregion: client
}

// server talks to one caller after another at the address it is given.
func server(s demo.Stdio) error {
	listener, err := net.Listen("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Fprintln(s.Stdout, "listening on", listener.Addr())
	// region: server
	keyboard := bufio.NewReader(s.In)
	for {
		conn, err := listener.Accept() // blocks until somebody calls
		if err != nil {
			return err
		}
		if err := talk(conn, keyboard, s.Stdout); err != nil {
			fmt.Fprintln(s.Stderr, err) // this caller's trouble, not the next one's
		}
	}
	// endregion: server
}

// talk is the server's side of one conversation: the caller speaks first.
func talk(conn net.Conn, keyboard *bufio.Reader, screen io.Writer) error {
	defer conn.Close()
	lines := bufio.NewReader(conn)
	for {
		if goOn, err := hear(conn, lines, screen); !goOn || err != nil {
			return err
		}
		if goOn, err := say(keyboard, conn); !goOn || err != nil {
			return err
		}
	}
}
