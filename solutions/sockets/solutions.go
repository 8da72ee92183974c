// Package sockets holds the solutions of the exercise on sockets, TCP hello.
package sockets

import "embed"

// Files holds go/ and python/, each with a server and a client.
//
//go:embed go python
var Files embed.FS
