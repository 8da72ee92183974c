package main

import (
	"context"
	"errors"
	"log"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 4 || len(os.Args) > 5 {
		log.Fatal("usage: main ADDRESS FIRST LAST [WAIT]")
	}
	address, err := netip.ParseAddr(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	first, err1 := strconv.ParseUint(os.Args[2], 10, 16)
	last, err2 := strconv.ParseUint(os.Args[3], 10, 16)
	if err := errors.Join(err1, err2); err != nil || first == 0 || first > last {
		log.Fatal("FIRST and LAST must be ports, in order: ", err)
	}
	wait := time.Second
	if len(os.Args) == 5 {
		ms, err := strconv.ParseUint(os.Args[4], 10, 31)
		if err != nil || ms == 0 {
			log.Fatalf("WAIT is a number of milliseconds, not %q", os.Args[4])
		}
		wait = time.Duration(ms) * time.Millisecond
	}

	var mu sync.Mutex
	var wg sync.WaitGroup
	states := map[int]string{}
	room := make(chan struct{}, 110)
	for port := int(first); port <= int(last); port++ {
		room <- struct{}{}
		wg.Add(1)
		go func(port int) {
			defer wg.Done()
			defer func() { <-room }()
			ctx, cancel := context.WithTimeout(context.Background(), wait)
			defer cancel()
			var d net.Dialer
			conn, err := d.DialContext(ctx, "tcp", netip.AddrPortFrom(address, uint16(port)).String())
			state := "open"
			switch {
			case err == nil:
				conn.Close()
			case errors.Is(err, syscall.ECONNREFUSED):
				state = "closed"
			default:
				state = "silent"
			}
			mu.Lock()
			defer mu.Unlock()
			states[port] = state
		}(port)
	}
	wg.Wait()
	closed := 0
	for _, port := range slices.Sorted(maps.Keys(states)) {
		if states[port] == "closed" {
			closed++
			continue
		}
		os.Stdout.WriteString(strconv.Itoa(port) + " " + states[port] + "\n")
	}
	os.Stdout.WriteString(strconv.Itoa(closed) + " closed\n")
}
