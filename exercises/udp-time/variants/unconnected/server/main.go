package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

var layouts = map[rune]string{'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'j': "002", 'H': "15", 'M': "04", 'S': "05",
	'I': "03", 'p': "PM", 'A': "Monday", 'a': "Mon", 'B': "January", 'b': "Jan", 'f': ".000000"}

func main() {
	socket, err := net.ListenPacket("udp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 65535)
	for {
		n, from, err := socket.ReadFrom(buf)
		if err != nil {
			log.Print(err)
			continue
		}
		answer, err := tell(buf[:n])
		if err != nil {
			answer = "error: " + err.Error()
		}
		if _, err := socket.WriteTo([]byte(answer), from); err != nil {
			log.Print(err)
		}
	}
}

func tell(question []byte) (string, error) {
	switch {
	case len(question) == 0:
		return "", errors.New("empty")
	case len(question) > 1024:
		return "", errors.New("oversized")
	case !utf8.Valid(question):
		return "", errors.New("not UTF-8")
	}
	now := time.Now()
	var out strings.Builder
	percent := false
	for _, r := range string(question) {
		layout, known := layouts[r]
		switch {
		case !percent && r == '%':
			percent = true
			continue
		case !percent:
			out.WriteRune(r)
		case r == '%':
			out.WriteByte('%')
		case known:
			out.WriteString(strings.TrimPrefix(now.Format(layout), "."))
		default:
			return "", fmt.Errorf("%%%c is unknown", r)
		}
		percent = false
	}
	if percent {
		return "", errors.New("a lone % at the end")
	}
	return out.String(), nil
}
