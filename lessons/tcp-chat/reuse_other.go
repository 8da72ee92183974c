//go:build !unix

package tcpchat

import "syscall"

// withoutReuse does nothing: Go sets SO_REUSEADDR on Unix alone.
func withoutReuse(string, string, syscall.RawConn) error { return nil }
