//go:build unix

package lab

import "syscall"

const errRefused = syscall.ECONNREFUSED
