//go:build !linux || !(amd64 || arm64)

package lab

import "errors"

// canFollow says that a program's calls may be followed on this system.
const canFollow = false

func (p *Process) follow(*Calls) error {
	return errors.New("a program's calls can be seen on Linux only")
}
