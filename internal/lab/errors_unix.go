//go:build unix

package lab

import "syscall"

// errRefused is the system's word for a port that nobody has.
const errRefused = syscall.ECONNREFUSED
