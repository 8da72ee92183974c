// Package udpchat holds the solutions of the exercise on a chat over UDP.
package udpchat

import "embed"

// Files holds go/ and python/, each with a server and a client.
//
//go:embed go python
var Files embed.FS
