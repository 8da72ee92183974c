package main

import (
	"fmt"
	"net"
	"os"
)

func main() {
	word := "echo"
	if len(os.Args) > 2 {
		word = os.Args[2]
	}
	if err := run(os.Args[1], word); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(address, word string) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := fmt.Fprint(c, word); err != nil {
		return err
	}
	buf := make([]byte, 100)
	n, err := c.Read(buf)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n", buf[:n])
	return nil
}
