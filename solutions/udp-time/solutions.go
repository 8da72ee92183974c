// Package udptime holds the solutions of the exercise on asking and answering
// over UDP.
package udptime

import "embed"

// Files holds go/ and python/, each with a server and a client.
//
//go:embed go python
var Files embed.FS
