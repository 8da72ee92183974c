// Package ipaddresses holds the solutions of the exercise of that name.
package ipaddresses

import "embed"

// Files holds go/ and python/, each with one entry a role.
//
//go:embed go python
var Files embed.FS
