package osilayers

import (
	"strings"

	"github.com/learnnet/learnnet/internal/check"
)

// hexLines gives the program lines as people write and copy them, and some that
// are no hex. All of those but two have an even number of characters, so that
// counting finds nothing.
func hexLines(t *check.T) { expect(t, linesInHex(maker{t.Rand()}), "") }

func linesInHex(m maker) []sample {
	frame := func() []byte { return m.ethernet(0x88cc, append([]byte{0xab}, m.bytes(3+m.IntN(4))...)) }
	written := func(what string, write func([]byte) string) sample {
		f := frame()
		return sample{what: what, frame: f, line: write(f)}
	}
	digits := func(f []byte) string { return spaced(f, "") }
	bad := func(what string, write func(digits string) string) sample {
		return sample{what: what, refused: badHex, line: write(digits(frame()))}
	}
	const body = 2 * (ipAt + 1) // where the second byte that the frame carries stands
	return []sample{
		written("in capital letters", func(f []byte) string { return strings.ToUpper(digits(f)) }),
		written("with colons, in a line that ends in \\r\\n", func(f []byte) string { return spaced(f, ":") + "\r" }),
		written("with spaces, after an empty line", func(f []byte) string { return "\n \t\n  " + strings.ToUpper(spaced(f, " ")) + " " }),
		written("after lines of colons, spaces and \\r\\n", func(f []byte) string { return "::\n : : :\t\r\n\r\n" + digits(f) }),
		bad("with an odd number of digits", func(d string) string { return d[1:] }),
		bad("with an odd number of digits, in a long line", func(d string) string { return d + strings.Repeat("ab", 200) + "a" }),
		bad("with a letter that is no hex digit", func(d string) string { return "g0" + d[2:] }),
		written("with spaces here and there, after some that were refused", func(f []byte) string {
			return strings.ReplaceAll(digits(f), "88cc", " 88cc  ")
		}),
		bad("with letters in the middle that are no hex digits", func(d string) string { return d[:body] + "zz" + d[body:] }),
		bad("with a letter at the end that is no hex digit", func(d string) string { return d[:len(d)-1] + "h" }),
		bad("with a plus sign in its last byte", func(d string) string { return d[:len(d)-2] + "+a" }),
		bad("with 0x in front", func(d string) string { return "0x" + d }),
		bad("with hyphens between its bytes", func(d string) string { return d[:body] + "-" + d[body:body+2] + "-" + d[body+2:] }),
		bad("with a letter that is not ASCII", func(d string) string { return d + "é" }),
		written("in the last line, which has no line end", digits),
	}
}
