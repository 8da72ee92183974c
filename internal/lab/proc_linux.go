package lab

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// membersOf returns what lives in the process namespace ns ("pid:[…]"),
// without its first process.
func membersOf(ns string, anchor int) []Member {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var out []Member
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == anchor {
			continue
		}
		if in, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", pid)); err != nil || in != ns {
			continue // another's, or gone by now; a zombie has no namespaces any more
		}
		out = append(out, Member{PID: pid, Command: commandLine(pid)})
	}
	return out
}

// commandLine returns what the process was called with, on one line.
func commandLine(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || len(b) == 0 {
		comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		return strings.TrimSpace(string(comm))
	}
	return strings.ReplaceAll(strings.TrimRight(string(b), "\x00"), "\x00", " ")
}
