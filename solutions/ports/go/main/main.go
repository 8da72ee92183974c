// Knocks on every TCP port of a range and says what each one answered.
package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	// defaultWait is how long a port may take to answer unless WAIT says
	// otherwise. One that is open or closed answers within one round trip; only
	// silence takes this long.
	defaultWait = time.Second

	// knockers is how many ports are tried at once. Each knock under way holds
	// a file descriptor, and some systems allow a program no more than 256.
	knockers = 200
)

// A job is what the arguments ask for.
type job struct {
	addr        netip.Addr
	first, last int // ports
	wait        time.Duration
}

type state int

const (
	closed state = iota
	open
	silent
)

func main() {
	j, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "main:", err)
		os.Exit(2)
	}
	states, err := scan(j)
	if err != nil {
		fmt.Fprintln(os.Stderr, "main:", err)
		os.Exit(1)
	}
	report(j.first, states)
}

func parse(args []string) (j job, err error) {
	if len(args) < 3 || len(args) > 4 {
		return j, errors.New("usage: main ADDRESS FIRST LAST [WAIT]")
	}
	if j.addr, err = netip.ParseAddr(args[0]); err != nil {
		return j, fmt.Errorf("%q is not an IP address", args[0])
	}
	if j.first, err = parsePort(args[1]); err != nil {
		return j, err
	}
	if j.last, err = parsePort(args[2]); err != nil {
		return j, err
	}
	if j.first > j.last {
		return j, fmt.Errorf("the range ends at %d, before it begins at %d", j.last, j.first)
	}
	j.wait = defaultWait
	if len(args) == 4 {
		ms, err := strconv.Atoi(args[3])
		if err != nil || ms <= 0 {
			return j, fmt.Errorf("WAIT is a number of milliseconds, not %q", args[3])
		}
		// A Duration counts nanoseconds: give the number its unit.
		j.wait = time.Duration(ms) * time.Millisecond
	}
	return j, nil
}

// parsePort returns an int and not a uint16: a loop with a uint16 that is to
// end after 65535 never does, because the next number is 0.
func parsePort(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return 0, fmt.Errorf("%q is not a port: give a number from 1 to 65535", text)
	}
	return n, nil
}

// scan returns the states of the ports from first to last, in that order.
func scan(j job) ([]state, error) {
	// Every knocker writes to places of its own in states. So the answers may
	// come in any order and still end up sorted, without a lock.
	states := make([]state, j.last-j.first+1)
	errs := make([]error, len(states))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(knockers, len(states)) {
		wg.Go(func() {
			for i := range next {
				states[i], errs[i] = knock(netip.AddrPortFrom(j.addr, uint16(j.first+i)), j.wait)
			}
		})
	}
	for i := range states {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err // what went wrong once went wrong a thousand times
		}
	}
	return states, nil
}

// knock connects, and hangs up at once if somebody answers. An error means
// that nothing was learned about the port: no route, no descriptor left.
func knock(target netip.AddrPort, wait time.Duration) (state, error) {
	conn, err := net.DialTimeout("tcp", target.String(), wait)
	var timeout net.Error
	switch {
	case err == nil:
		conn.Close()
		return open, nil
	case errors.Is(err, syscall.ECONNREFUSED):
		return closed, nil
	case errors.As(err, &timeout) && timeout.Timeout():
		return silent, nil
	}
	return closed, err
}

func report(first int, states []state) {
	refused := 0
	for i, s := range states {
		switch s {
		case open:
			fmt.Println(first+i, "open")
		case silent:
			fmt.Println(first+i, "silent")
		case closed:
			refused++
		}
	}
	fmt.Println(refused, "closed")
}
