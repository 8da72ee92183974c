// Package socketfamilies holds the solutions of the exercise on address
// families: one echo server for three of them.
package socketfamilies

import "embed"

// Files holds go/ and python/, each with a server.
//
//go:embed go python
var Files embed.FS
