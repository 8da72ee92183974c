// Package tcpvsudp is the exercise on TCP and UDP: echo over both (RFC 862),
// a server that sends back whatever it receives, and its client.
package tcpvsudp

import (
	"embed"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/learnnet/learnnet/internal/check"
	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/lab"
)

//go:embed task.md starter mistakes variants
var files embed.FS

// Exercise is the exercise on TCP and UDP.
var Exercise = course.ExerciseSource{
	Files: files,
	Suite: check.Suite{
		Roles: []string{"server", "client"},
		Port:  7007,
		Steps: slices.Concat(serverSteps, clientSteps),
	},
}

// bulk returns text of more bytes than the buffers on the way hold, and what
// the checker's own buffers are limited to. Between two hosts the buffers hold
// about half a megabyte. On the loopback, whose segments are larger by far,
// they hold more than 4, and small ones would make it slow.
func bulk(t *check.T) (text string, buffer int) {
	if t.Lab().Isolation() == lab.Loopback {
		return letters(t.Rand(), 8_000_000), 256 << 10
	}
	return letters(t.Rand(), 1_000_000), 16 << 10
}

// pieces yields text in pieces. Each is waited for by itself, so that it is
// silence that fails a program, and not the length of the text.
func pieces(text string) iter.Seq[string] {
	const most = 50_000
	return func(yield func(string) bool) {
		for text != "" && yield(text[:min(most, len(text))]) {
			text = text[min(most, len(text)):]
		}
	}
}

// largest is how many bytes the longest datagram has that can be sent over
// IPv4: 65,535 without 20 of IP's header and 8 of UDP's. macOS sends no more
// than 9,216 unless it is told to (net.inet.udp.maxdgram).
func largest() int {
	if runtime.GOOS == "darwin" {
		return 9216
	}
	return 65507
}

// letters returns n letters drawn by chance.
func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

// message returns a short text that no other in the check is like.
func message(r *rand.Rand) string { return "echo " + letters(r, 8) }

// anyBytes returns every byte but the line end, once, in an order drawn by
// chance, and none at either end that could be taken for a space.
func anyBytes(r *rand.Rand) string {
	b := []byte{'<'}
	for _, i := range r.Perm(256) {
		if i != '\n' {
			b = append(b, byte(i))
		}
	}
	return string(append(b, '>'))
}
