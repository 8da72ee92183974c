//go:build !linux

package lab

import "slices"

func alive(pid int) bool {
	return slices.ContainsFunc(processTable(), func(r processRow) bool { return r.pid == pid })
}
