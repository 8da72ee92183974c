//go:build !linux

package lab

import (
	"context"
	"fmt"
	"runtime"
)

// Main makes a lab's agent of this process where labs have agents: on Linux.
func Main() {}

func openTwoHosts(context.Context, Config) (backend, error) { return nil, noTwoHosts() }

func noTwoHosts() error {
	return &UnavailableError{
		Reason: fmt.Sprintf("two hosts need Linux: %s has no network namespaces (a Linux virtual machine, a container or WSL2 has them)", runtime.GOOS),
	}
}
