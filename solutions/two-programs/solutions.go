// Package twoprograms holds the solutions of the first exercise.
package twoprograms

import "embed"

// Files holds go/ and python/, each with a client.
//
//go:embed go python
var Files embed.FS
