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
	answer, err := ask(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(answer)
}

func ask(args []string) (string, error) {
	format, wait := "%Y-%m-%d %H:%M:%S", 1000
	if len(args) > 1 {
		format = args[1]
	}
	if len(args) > 2 {
		wait, _ = strconv.Atoi(args[2])
	}
	server, err := net.ResolveUDPAddr("udp4", args[0])
	if err != nil {
		return "", err
	}
	socket, err := net.ListenPacket("udp4", ":0")
	if err != nil {
		return "", err
	}
	defer socket.Close()
	buf := make([]byte, 1<<16)
	for try := 0; try < 3; try++ {
		if _, err := socket.WriteTo([]byte(format), server); err != nil {
			return "", err
		}
		socket.SetReadDeadline(time.Now().Add(time.Duration(wait) * time.Millisecond))
		for {
			n, from, err := socket.ReadFrom(buf)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				break
			}
			if err != nil {
				return "", err
			}
			if from.String() != server.String() {
				continue
			}
			if text := string(buf[:n]); strings.HasPrefix(text, "error: ") {
				return "", errors.New(text)
			} else {
				return text, nil
			}
		}
	}
	return "", errors.New("nobody answers")
}
