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
	var out []Member
	for _, row := range processTable() {
		if row.pid == anchor {
			continue
		}
		if in, err := os.Readlink(pidNamespace(row.pid)); err != nil || in != space {
			continue // another's, or gone by now
		}
		out = append(out, Member{PID: row.pid, Command: row.commandLine()})
	}
	return out
}

func pidNamespace(pid int) string { return fmt.Sprintf("/proc/%d/ns/pid", pid) }

// processTable returns what runs on this machine (proc_pid_stat(5)).
func processTable() []processRow {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var out []processRow
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // gone by now
		}
		// The name stands in parentheses and may hold any.
		head, tail, _ := cutLast(string(stat), ") ")
		f := strings.Fields(tail) // state, parent, group, session, …
		if len(f) < 4 || f[0] == "Z" || f[0] == "X" {
			continue
		}
		parent, _ := strconv.Atoi(f[1])
		session, _ := strconv.Atoi(f[3])
		_, name, _ := strings.Cut(head, " (")
		out = append(out, processRow{pid: pid, parent: parent, session: session, name: name})
	}
	return out
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
