package main

import "fmt"

func main() {
	var s string
	fmt.Scan(&s)
	fmt.Println(s) // TODO: in capitals.
}
