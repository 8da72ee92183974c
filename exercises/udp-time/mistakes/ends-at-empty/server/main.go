// The time server.
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

func listenAndServe(address string) error {
	socket, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()
	buffer := make([]byte, 65535)
	for {
		n, asker, err := socket.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "receive:", err)
			continue
		}
		if n == 0 {
			return nil
		}
		if _, err := socket.WriteTo(answer(buffer[:n], time.Now()), asker); err != nil {
			fmt.Fprintln(os.Stderr, "answer:", err)
		}
	}
}

const longest = 1024

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

var layouts = map[rune]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'j': "002",
	'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
	'A': "Monday", 'a': "Mon", 'B': "January", 'b': "Jan",
}

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
			fmt.Fprintf(&out, "%06d", now.Nanosecond()/1000)
		case known:
			out.WriteString(now.Format(layout))
		default:
			return "", fmt.Errorf("unknown directive %q", "%"+string(letter))
		}
		format = rest[size:]
	}
}
