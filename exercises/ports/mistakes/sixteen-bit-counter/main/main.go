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

func main() {
	addr, first, last, wait, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "main:", err)
		os.Exit(2)
	}
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		states = make(map[uint16]string)
		slots  = make(chan struct{}, 200)
	)
	for port := first; port <= last; port++ {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			state := "silent"
			conn, err := net.DialTimeout("tcp", netip.AddrPortFrom(addr, port).String(), wait)
			switch {
			case err == nil:
				conn.Close()
				state = "open"
			case errors.Is(err, syscall.ECONNREFUSED):
				state = "closed"
			}
			mu.Lock()
			defer mu.Unlock()
			states[port] = state
		})
	}
	wg.Wait()
	closed := 0
	for port := int(first); port <= int(last); port++ {
		switch s := states[uint16(port)]; s {
		case "closed":
			closed++
		default:
			fmt.Println(port, s)
		}
	}
	fmt.Println(closed, "closed")
}

func parse(args []string) (addr netip.Addr, first, last uint16, wait time.Duration, err error) {
	if len(args) < 3 || len(args) > 4 {
		return addr, 0, 0, 0, errors.New("usage: main ADDRESS FIRST LAST [WAIT]")
	}
	if addr, err = netip.ParseAddr(args[0]); err != nil {
		return addr, 0, 0, 0, err
	}
	from, err1 := strconv.ParseUint(args[1], 10, 16)
	to, err2 := strconv.ParseUint(args[2], 10, 16)
	if err := errors.Join(err1, err2); err != nil {
		return addr, 0, 0, 0, err
	}
	if from < 1 || from > to {
		return addr, 0, 0, 0, errors.New("FIRST must be 1 or more, and LAST not less than FIRST")
	}
	wait = time.Second
	if len(args) == 4 {
		ms, err := strconv.Atoi(args[3])
		if err != nil || ms <= 0 {
			return addr, 0, 0, 0, errors.New("WAIT must be a positive number of milliseconds")
		}
		wait = time.Duration(ms) * time.Millisecond
	}
	return addr, uint16(from), uint16(to), wait, nil
}
