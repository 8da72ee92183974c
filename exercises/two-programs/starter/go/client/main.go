// The client: it sends a name as a line and prints the greeting that comes back.
package main

import (
	"fmt"
	"os"
)

func main() {
	// TODO, last of all: what if there are fewer arguments than two, or more?
	address, name := os.Args[1], os.Args[2]

	// TODO: connect to the address, with net.Dial. What if nobody listens there?
	//
	// TODO: send the name and a line end, "\n".
	//
	// TODO: read the greeting, a line, and print it.
	fmt.Fprintf(os.Stderr, "client: not written yet: connect to %s, send %q\n", address, name)
}
