// Package tcpvsudp holds the solutions of the exercise on TCP and UDP: echo
// over both.
package tcpvsudp

import "embed"

// Files holds go/ and python/, each with a server and a client.
//
//go:embed go python
var Files embed.FS
