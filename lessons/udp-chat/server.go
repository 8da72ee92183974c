package udpchat

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/learnnet/learnnet/internal/demo"
)

// server shows what everybody says at the address in its first argument.
func server(s demo.Stdio) error {
	socket, err := net.ListenPacket("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	return serve(socket, s.Stdout)
}

// region: serve
func serve(socket net.PacketConn, screen io.Writer) error {
	received := make(map[string]int) // by address and port
	buffer := make([]byte, 65535)    // no datagram is longer
	for {
		n, sender, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		var answer string
		name, text, err := parse(string(buffer[:n]))
		switch {
		case err != nil:
			answer = "error: " + err.Error()
		case text == "q":
			fmt.Fprintln(screen, paint(name), "left")
			delete(received, sender.String())
			answer = "bye"
		default:
			fmt.Fprintln(screen, paint(name), ":", visible(text))
			received[sender.String()]++
			answer = fmt.Sprintf("received %d", received[sender.String()])
		}
		if _, err := socket.WriteTo([]byte(answer), sender); err != nil {
			fmt.Fprintln(screen, err) // one sender's trouble is not the next one's
		}
	}
}

// endregion: serve

// parse takes a message apart: a name, " : ", a text.
func parse(message string) (name, text string, err error) {
	name, text, found := strings.Cut(message, " : ")
	if !found || name == "" {
		return "", "", errors.New(`send "name : text"`)
	}
	return name, text, nil
}

// region: paint
var colors = map[string]int{"anna": 31, "bert": 32, "carl": 33,
	"dora": 34, "emil": 35, "fred": 36}

// paint returns a name as the terminal is to show it.
func paint(name string) string {
	color, known := colors[name]
	if !known || os.Getenv("NO_COLOR") != "" {
		return visible(name)
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", color, name)
}

// endregion: paint

// region: visible

// visible shows control characters, and bytes that are not UTF-8, as \xNN.
func visible(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case unicode.IsControl(r): // U+0000 to U+001F, U+007F to U+009F
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
	return out.String()
}

// endregion: visible
