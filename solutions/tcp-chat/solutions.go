// Package tcpchat holds the solutions of the exercise on a conversation over TCP.
package tcpchat

import "embed"

// Files holds go/ and python/, each with a server and a client.
//
//go:embed go python
var Files embed.FS
