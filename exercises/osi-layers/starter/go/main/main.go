// Takes Ethernet frames apart: hex on standard input, each layer's fields out.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewReader(os.Stdin)
	number := 0
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		// TODO 2: lines may have spaces and colons in them, be empty, be no hex at
		// all, or be the last one without a line end.
		frame, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			fmt.Fprintln(os.Stderr, "main:", err)
			os.Exit(1)
		}
		number++
		fmt.Println("frame", number)
		ethernet(frame)
	}
}

func ethernet(data []byte) {
	// TODO 3: is there enough data for the header? If not, this frame is
	// "error: truncated ethernet".
	// TODO 1: the type stands in bytes 12 and 13, most significant byte first:
	// binary.BigEndian.Uint16(data[12:14]).
	kind := 0
	fmt.Printf("ethernet to=%v from=%v type=0x%04x\n", net.HardwareAddr(data[0:6]), net.HardwareAddr(data[6:12]), kind)
	// TODO 4: hand what stands behind the header to a function for ARP, IPv4 or
	// IPv6, each of which prints its own line.
	fmt.Printf("unknown type=0x%04x\n", kind)
	payload(data[14:])
}

func payload(data []byte) {
	if len(data) > 0 {
		fmt.Printf("payload bytes=%d hex=%x\n", len(data), data)
	}
}
