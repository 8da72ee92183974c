// Reads IP addresses, one a line, and says what is in their bits.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin) // cuts the line end off
	for lines.Scan() {
		text := strings.Trim(lines.Text(), " \t\r")
		fmt.Println("input:", text)
		if err := answer(text); err != nil {
			fmt.Println("error:", err)
		}
		fmt.Println()
	}
}

// answer prints the fields of an address. An error says why it is none.
func answer(text string) error {
	bytes, err := parseIPv4(text)
	if err != nil {
		return err
	}
	// TODO 2: eight binary digits for each byte: fmt.Sprintf("%08b", b).
	fmt.Println("binary:", bytes)
	// TODO 3: kind, then network, broadcast and hosts if there is a prefix, then
	// IPv6. One step of the check at a time.
	return nil
}

// parseIPv4 reads four numbers with dots between.
func parseIPv4(text string) ([4]byte, error) {
	var out [4]byte
	// TODO 1: strings.Split(text, ".") gives the parts. Make a number of each with
	// strconv.Atoi, and return an error for what is no number from 0 to 255.
	return out, nil
}
