// The time server: each datagram it receives is a strftime format, and it
// answers with its local time in that format.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: server ADDRESS")
		os.Exit(2)
	}
	if err := listenAndServe(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// listenAndServe answers one datagram after another, for ever.
func listenAndServe(address string) error {
	// Makes the calls socket and bind. There is no listen and no accept: one
	// socket talks to everybody.
	socket, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()
	// What doesn't fit into the buffer is lost, so it has room for the longest
	// datagram there is. A buffer of 1,024 bytes would make every oversized
	// question look like one of just 1,024.
	buffer := make([]byte, 65535)
	for {
		n, asker, err := socket.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil {
			// It tells of one datagram, not of the socket: go on.
			fmt.Fprintln(os.Stderr, "receive:", err)
			continue
		}
		// Nothing is remembered between questions. The answer goes to whoever
		// asked this one, and the clock is read now, once for all that the
		// answer tells.
		if _, err := socket.WriteTo(answer(buffer[:n], time.Now()), asker); err != nil {
			fmt.Fprintln(os.Stderr, "answer:", err)
		}
	}
}

// longest is how many bytes a question may have.
const longest = 1024

// answer returns what is sent back for a question that arrives now. There is
// always something to send: silence would look like a lost datagram.
func answer(question []byte, now time.Time) []byte {
	told, err := tell(question, now)
	if err != nil {
		return []byte("error: " + err.Error())
	}
	return []byte(told)
}

func tell(question []byte, now time.Time) (string, error) {
	switch {
	case len(question) == 0:
		return "", errors.New("the question is empty; send a format such as %H:%M:%S")
	case len(question) > longest:
		return "", fmt.Errorf("the question has %d bytes; %d are allowed", len(question), longest)
	case !utf8.Valid(question):
		return "", errors.New("the question is not UTF-8")
	}
	return format(string(question), now)
}

// layouts holds, for each directive but %f, how Go's time package writes the
// same.
var layouts = map[rune]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'j': "002",
	'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
	'A': "Monday", 'a': "Mon", 'B': "January", 'b': "Jan",
}

// format writes now in a strftime format. It goes through the format once from
// left to right, so that the two characters of %% can't become the beginning
// of another directive.
func format(format string, now time.Time) (string, error) {
	var out strings.Builder
	for {
		text, rest, found := strings.Cut(format, "%")
		out.WriteString(text)
		if !found {
			return out.String(), nil
		}
		if rest == "" {
			return "", errors.New("a lone % at the end; write %% for a percent sign")
		}
		letter, size := utf8.DecodeRuneInString(rest)
		layout, known := layouts[letter]
		switch {
		case letter == '%':
			out.WriteByte('%')
		case letter == 'f':
			// A layout knows fractions only behind a dot or a comma.
			fmt.Fprintf(&out, "%06d", now.Nanosecond()/1000)
		case known:
			out.WriteString(now.Format(layout))
		default:
			return "", fmt.Errorf("unknown directive %q", "%"+string(letter))
		}
		format = rest[size:]
	}
}
