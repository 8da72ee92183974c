// The chat's client.
package main

import (
	"bufio"
	"errors"
	"fmt"
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
		wait = time.Duration(ms) * time.Millisecond
	}
	if err := chat(os.Args[1], os.Args[2], wait); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

func chat(address, name string, wait time.Duration) error {
	socket, err := net.Dial("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadString('\n')
		if err != nil {
			return nil
		}
		line = strings.TrimRight(line, "\r\n")
		answer, err := ask(socket, name+" : "+line, wait)
		if err != nil {
			fmt.Fprintln(os.Stderr, "client:", err)
		} else {
			fmt.Println(visible(answer))
		}
		if line == "q" {
			return nil
		}
	}
}

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
	return string(buffer[:n]), err
}

func visible(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case unicode.IsControl(r):
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
	return out.String()
}
