// Reads IP addresses, one a line, and says what is in their bits.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "main:", err)
		os.Exit(1)
	}
}

// answerAll answers each line of in until it ends.
func answerAll(in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 128)
	w := bufio.NewWriter(out)
	for {
		line, _, err := lines.ReadLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		text := strings.Trim(string(line), " \t\r")
		fmt.Fprintln(w, "input:", text)
		if a, err := parse(text); err != nil {
			fmt.Fprintln(w, "error:", err)
		} else {
			describe(w, a)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// describe writes the fields of an address.
func describe(w io.Writer, a address) {
	if a.isIPv4() {
		fmt.Fprintln(w, "binary:", a.binary())
	} else {
		fmt.Fprintln(w, "full:", a)
	}
	fmt.Fprintln(w, "kind:", a.kind())
	if !a.hasPrefix {
		return
	}
	fmt.Fprintln(w, "network:", a.network())
	if a.isIPv4() {
		describeHosts(w, a)
	}
}

// describeHosts writes what an IPv4 network has room for. In a network of two
// addresses both are for hosts (RFC 3021), and in one of one address that is.
func describeHosts(w io.Writer, a address) {
	free := 32 - a.prefix
	size := uint64(1) << free // 64 bits, since that of /0 needs 33
	if free < 2 {
		fmt.Fprintln(w, "broadcast: none")
		fmt.Fprintln(w, "hosts:", size)
		return
	}
	fmt.Fprintln(w, "broadcast:", a.broadcast())
	fmt.Fprintln(w, "hosts:", size-2)
}
