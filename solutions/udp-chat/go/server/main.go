// The chat's server: it prints what everybody says, each name in its colour,
// and tells each sender how many messages of theirs have come.
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

// listenAndServe answers one datagram after another, for ever.
func listenAndServe(address string) error {
	// Makes the calls socket and bind. There is no listen and no accept: one
	// socket talks to everybody.
	socket, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	defer socket.Close()
	room := room{received: make(map[string]int), color: os.Getenv("NO_COLOR") == ""}
	// What doesn't fit into the buffer is lost, so it has room for the longest
	// datagram there is.
	buffer := make([]byte, 65535)
	for {
		n, sender, err := socket.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil {
			// It tells of one datagram, not of the socket: go on.
			fmt.Fprintln(os.Stderr, "receive:", err)
			continue
		}
		answer := room.hear(sender.String(), buffer[:n])
		if _, err := socket.WriteTo([]byte(answer), sender); err != nil {
			fmt.Fprintln(os.Stderr, "answer:", err)
		}
	}
}

// A room is all that the server remembers.
type room struct {
	// received counts the messages of each sender. A sender is an address and a
	// port: the name in a datagram says only what its sender calls itself.
	received map[string]int
	color    bool
}

// hear prints what a datagram says, and returns the answer to its sender.
func (r room) hear(sender string, datagram []byte) string {
	name, text, err := parse(datagram)
	if err != nil {
		return "error: " + err.Error()
	}
	if text == "q" {
		fmt.Printf("%s left\n", r.paint(name))
		// There is no connection that could end. Leaving is forgetting.
		delete(r.received, sender)
		return "bye"
	}
	fmt.Printf("%s : %s\n", r.paint(name), visible(text))
	r.received[sender]++
	return fmt.Sprintf("received %d", r.received[sender])
}

// longest is how many bytes a datagram may have.
const longest = 1024

// parse takes a datagram apart: a name, " : ", a text.
func parse(datagram []byte) (name, text string, err error) {
	if len(datagram) > longest {
		return "", "", fmt.Errorf("the datagram has %d bytes; %d are allowed", len(datagram), longest)
	}
	// The first " : " ends the name. Others belong to the text.
	name, text, found := strings.Cut(string(datagram), " : ")
	if !found || name == "" {
		return "", "", errors.New(`send "name : text"`)
	}
	return name, text, nil
}

// colors are numbers of ECMA-48's "select graphic rendition".
var colors = map[string]int{"anna": 31, "bert": 32, "carl": 33, "dora": 34, "emil": 35, "fred": 36}

// paint returns a name as the terminal is to show it.
func (r room) paint(name string) string {
	color, known := colors[name]
	if !known || !r.color {
		return visible(name)
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", color, name)
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
