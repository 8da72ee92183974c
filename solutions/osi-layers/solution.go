// Package osilayers holds the solutions of the exercise of that name.
package osilayers

import "embed"

// Files holds go/ and python/, each with one entry a role.
//
//go:embed go python
var Files embed.FS
