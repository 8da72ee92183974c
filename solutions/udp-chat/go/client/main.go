// The chat's client: it sends each line that it reads under its name, and
// prints the answers.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS NAME [WAIT]")
		os.Exit(2)
	}
	wait := time.Second
	if len(os.Args) > 3 {
		ms, err := strconv.Atoi(os.Args[3])
		if err != nil || ms <= 0 {
			fmt.Fprintf(os.Stderr, "client: WAIT is a number of milliseconds, not %q\n", os.Args[3])
			os.Exit(2)
		}
		// A Duration counts nanoseconds: give the number its unit.
		wait = time.Duration(ms) * time.Millisecond
	}
	if err := chat(os.Args[1], os.Args[2], wait); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

// chat talks with the server until q is typed or the input ends.
func chat(address, name string, wait time.Duration) error {
	// Makes the calls socket and connect. For a UDP socket connect sends
	// nothing: it tells our kernel where datagrams go, and to let in only
	// those that come from there. The server knows us by this socket's port,
	// so it stays the same for all lines.
	socket, err := net.Dial("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()
	// A bufio.Scanner would end at a line of 64 KiB.
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadString('\n')
		if line == "" { // an empty line has its line end, so this is the end of the input
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		line = cutLineEnd(line)
		answer, err := ask(socket, name+" : "+line, wait)
		if err != nil {
			// One line's trouble is not the end of the conversation.
			fmt.Fprintln(os.Stderr, "client:", err)
		} else {
			fmt.Println(visible(answer))
		}
		// The line, and not what was sent: that begins with the name.
		if line == "q" {
			return nil
		}
	}
}

// cutLineEnd returns a line without its end, which is "\r\n" at a keyboard of
// Windows. The last line may have none.
func cutLineEnd(line string) string {
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
}

// ask sends a message and returns the answer to it.
func ask(socket net.Conn, message string, wait time.Duration) (string, error) {
	if _, err := socket.Write([]byte(message)); err != nil {
		return "", err
	}
	if err := socket.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return "", err
	}
	buffer := make([]byte, 65535)
	n, err := socket.Read(buffer)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return "", fmt.Errorf("no answer within %v", wait)
	}
	// Another error may be "connection refused": that host's kernel says, by
	// ICMP, that nobody has this port.
	return string(buffer[:n]), err
}

// visible shows what a terminal would obey, control characters, and what isn't
// text, bytes that are not UTF-8, as \xNN. All else stays as it is.
func visible(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case unicode.IsControl(r): // U+0000 to U+001F and U+007F to U+009F
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
	return out.String()
}
