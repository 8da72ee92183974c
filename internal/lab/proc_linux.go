package lab

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// membersOf returns what lives in the process namespace space ("pid:[…]"),
// without its first process.
func membersOf(space string, anchor int) []Member {
	var rows []processRow
	for _, pid := range processes() {
		if pid == anchor {
			continue
		}
		if in, err := os.Readlink(pidNamespace(pid)); err != nil || in != space {
			continue // another's, or gone by now
		}
		if row, ok := readProcess(pid); ok {
			rows = append(rows, row)
		}
	}
	return toMembers(rows)
}

func pidNamespace(pid int) string { return fmt.Sprintf("/proc/%d/ns/pid", pid) }

// processTable returns what runs on this machine.
func processTable() []processRow {
	var out []processRow
	for _, pid := range processes() {
		if row, ok := readProcess(pid); ok {
			out = append(out, row)
		}
	}
	return out
}

// processes returns the numbers of all processes of this machine.
func processes() []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1) // up to an error is better than nothing
	var out []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			out = append(out, pid)
		}
	}
	return out
}

// readProcess reads /proc/PID/stat (proc_pid_stat(5)). It is false for a
// process that is dead or not there.
func readProcess(pid int) (processRow, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return processRow{}, false
	}
	// The name stands in parentheses and may hold any.
	head, tail, _ := cutLast(string(stat), ") ")
	f := strings.Fields(tail) // state, parent, group, session, …
	if len(f) < 4 || f[0] == "Z" || f[0] == "X" {
		return processRow{}, false
	}
	parent, _ := strconv.Atoi(f[1])
	session, _ := strconv.Atoi(f[3])
	_, name, _ := strings.Cut(head, " (")
	return processRow{pid: pid, parent: parent, session: session, name: name}, true
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (r processRow) commandLine() string { return commandLine(r.pid) }

// inEnvironment reports whether the process was started with setting
// ("NAME=value") in its environment (proc_pid_environ(5)).
func inEnvironment(pid int, setting string) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && bytes.Contains(b, []byte(setting+"\x00"))
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
