//go:build !unix

package sockets

import "github.com/learnnet/learnnet/internal/demo"

// Without the system calls of Unix the pair does not come in "raw".
var rawServer, rawClient func(demo.Stdio) error
