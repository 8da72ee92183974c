// The chat's server.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"unicode"
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
	room := room{received: make(map[string]int), color: os.Getenv("NO_COLOR") == ""}
	buffer := make([]byte, 65535)
	for {
		n, sender, err := socket.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "receive:", err)
			continue
		}
		answer := room.hear(sender.String(), buffer[:n])
		if _, err := socket.WriteTo([]byte(answer), sender); err != nil {
			fmt.Fprintln(os.Stderr, "answer:", err)
		}
	}
}

type room struct {
	received map[string]int
	color    bool
}

func (r room) hear(sender string, datagram []byte) string {
	name, text, err := parse(datagram)
	if err != nil {
		return "error: " + err.Error()
	}
	if text == "q" {
		fmt.Printf("%s left\n", r.paint(name))
		delete(r.received, sender)
		return "bye"
	}
	fmt.Printf("%s : %s\n", r.paint(name), visible(text))
	r.received[sender]++
	return fmt.Sprintf("received %d", r.received[sender])
}

const longest = 1024

func parse(datagram []byte) (name, text string, err error) {
	if len(datagram) > longest {
		return "", "", fmt.Errorf("the datagram has %d bytes; %d are allowed", len(datagram), longest)
	}
	message := string(datagram)
	i := strings.LastIndex(message, " : ")
	if i < 1 {
		return "", "", errors.New(`send "name : text"`)
	}
	return message[:i], message[i+len(" : "):], nil
}

var colors = map[string]int{"anna": 31, "bert": 32, "carl": 33, "dora": 34, "emil": 35, "fred": 36}

func (r room) paint(name string) string {
	color, known := colors[name]
	if !known || !r.color {
		return visible(name)
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", color, name)
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
