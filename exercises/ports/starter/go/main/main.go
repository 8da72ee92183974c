// Knocks on every TCP port of a range and says what each one answered.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	// TODO 3: nonsense arguments deserve a clear error on os.Stderr and status 2.
	// strconv.Atoi and netip.ParseAddr tell nonsense from sense.
	address := os.Args[1]
	first, _ := strconv.Atoi(os.Args[2])
	last, _ := strconv.Atoi(os.Args[3])
	wait := time.Second
	if len(os.Args) > 4 {
		ms, _ := strconv.Atoi(os.Args[4])
		// A Duration counts nanoseconds: give the number its unit.
		wait = time.Duration(ms) * time.Millisecond
	}

	// TODO 2: this tries one port after another. That is fine until the first
	// silent port makes all the others wait.
	refused := 0
	for port := first; port <= last; port++ {
		switch state := knock(address, port, wait); state {
		case "closed":
			refused++
		default:
			fmt.Println(port, state)
		}
	}
	fmt.Println(refused, "closed")
}

// knock returns "open", "closed" or, if no answer comes within wait, "silent".
func knock(address string, port int, wait time.Duration) string {
	// TODO 1: try to connect with net.DialTimeout and look at what comes back.
	// Close the connection if there is one. errors.Is(err, syscall.ECONNREFUSED)
	// recognises a refusal; a net.Error whose Timeout() is true, silence.
	return "closed"
}
