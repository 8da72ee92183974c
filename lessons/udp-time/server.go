package udptime

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"

	"github.com/learnnet/learnnet/internal/demo"
)

// server tells the time to whoever asks at the address in its first argument.
func server(s demo.Stdio) error {
	socket, err := net.ListenPacket("udp", s.Args[0])
	if err != nil {
		return err
	}
	defer socket.Close()
	return serve(socket, s.Stdout)
}

// region: serve
func serve(socket net.PacketConn, log io.Writer) error {
	buffer := make([]byte, 65535) // no datagram is longer
	for {
		n, asker, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		format := string(buffer[:n])
		fmt.Fprintln(log, format)
		answer, err := tell(format, time.Now())
		if err != nil {
			answer = "error: " + err.Error()
		}
		if _, err := socket.WriteTo([]byte(answer), asker); err != nil {
			fmt.Fprintln(log, err) // one asker's trouble is not the next one's
		}
	}
}

// endregion: serve

// region: tell
const directives = "YmdHMSyjaAbBpI%"

// tell writes the time now in a strftime format. A format with a directive
// that is not one of ours is an error.
func tell(format string, now time.Time) (string, error) {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++ // the letter behind the %
		if i == len(format) {
			return "", errors.New("a lone % at the end")
		}
		if !strings.Contains(directives, format[i:i+1]) {
			return "", fmt.Errorf("unknown directive %%%.1s", format[i:])
		}
	}
	return strftime.Format(format, now), nil
}

// endregion: tell
