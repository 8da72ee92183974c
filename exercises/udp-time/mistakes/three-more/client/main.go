// The client of the time server.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) < 2 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: client ADDRESS [FORMAT [WAIT]]")
		os.Exit(2)
	}
	format, wait := "%Y-%m-%d %H:%M:%S", time.Second
	if len(os.Args) > 2 {
		format = os.Args[2]
	}
	if len(os.Args) > 3 {
		ms, err := strconv.Atoi(os.Args[3])
		if err != nil || ms <= 0 {
			fmt.Fprintf(os.Stderr, "client: WAIT is a number of milliseconds, not %q\n", os.Args[3])
			os.Exit(2)
		}
		wait = time.Duration(ms) * time.Millisecond
	}
	answer, err := ask(os.Args[1], format, wait)
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
	if strings.HasPrefix(answer, "error: ") {
		fmt.Fprintln(os.Stderr, answer)
		os.Exit(1)
	}
	fmt.Println(answer)
}

const tries = 3

func ask(address, question string, wait time.Duration) (string, error) {
	socket, err := net.Dial("udp", address)
	if err != nil {
		return "", err
	}
	defer socket.Close()
	buffer := make([]byte, 65535)
	for try := 0; try <= tries; try++ {
		if _, err := socket.Write([]byte(question)); err != nil {
			return "", err
		}
		if err := socket.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return "", err
		}
		n, err := socket.Read(buffer)
		if err == nil {
			return string(buffer[:n]), nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return "", err
		}
		fmt.Fprintf(os.Stderr, "client: no answer to question %d of %d within %v\n", try, tries, wait)
	}
	return "", fmt.Errorf("%s does not answer; gave up after %d questions", address, tries)
}
