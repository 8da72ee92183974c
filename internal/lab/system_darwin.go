package lab

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// processTable returns what runs on this machine, nothing if the kernel won't say.
func processTable() []processRow {
	const zombie = 5 // SZOMB, sys/proc.h
	procs, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil
	}
	var out []processRow
	for _, p := range procs {
		if p.Proc.P_stat == zombie {
			continue
		}
		out = append(out, processRow{pid: int(p.Proc.P_pid), parent: int(p.Eproc.Ppid),
			session: int(p.Eproc.Pgid), name: unix.ByteSliceToString(p.Proc.P_comm[:])})
	}
	return out
}

func (r processRow) commandLine() string { return r.name }

// inEnvironment reports whether the process was started with setting
// ("NAME=value") in its environment; the kernel tells it of our own user's
// processes (sysctl(3), KERN_PROCARGS2).
func inEnvironment(pid int, setting string) bool {
	b, err := unix.SysctlRaw("kern.procargs2", pid)
	return err == nil && bytes.Contains(b, []byte(setting+"\x00"))
}
