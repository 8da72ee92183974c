//go:build amd64 || arm64

package lab

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A thread is what /proc/PID/task/TID tells of one.
type thread struct {
	pid, tid int
	state    byte   // 'R', 'S', 'D', 'T', …: proc_pid_stat(5)
	switches string // how often it has left the processor
	alarm    bool   // it handles SIGALRM
	inCall   bool   // number and args are known
	number   uint64
	args     [6]uint64
}

func (t thread) asleep() bool { return t.state == 'S' || t.state == 'D' }

func (t thread) stopped() bool { return t.state == 'T' || t.state == 't' }

// readThreads returns the threads of the processes; those that are dead don't
// count.
func readThreads(members []Member) []thread {
	var out []thread
	for _, m := range members {
		dir := fmt.Sprintf("/proc/%d/task", m.PID)
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			tid, err := strconv.Atoi(e.Name())
			if err != nil {
				continue
			}
			t, ok := readStatus(m.PID, tid)
			if !ok || t.state == 'Z' || t.state == 'X' {
				continue
			}
			// After the status: if the status is the same later on, the
			// thread was in this call all the while.
			t.readCall()
			out = append(out, t)
		}
	}
	return out
}

func readStatus(pid, tid int) (t thread, ok bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/status", pid, tid))
	if err != nil {
		return t, false
	}
	t.pid, t.tid = pid, tid
	for line := range strings.Lines(string(status)) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "State":
			if value != "" {
				t.state = value[0]
			}
		case "SigCgt":
			const sigalrm = 14
			mask, err := strconv.ParseUint(value, 16, 64)
			t.alarm = err != nil || mask&(1<<(sigalrm-1)) != 0
		case "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches":
			t.switches += value + " "
		}
	}
	return t, t.state != 0 && t.switches != ""
}

// readCall reads the system call that the thread sleeps in
// (proc_pid_syscall(5)). It stays unknown if the thread runs or we may not know.
func (t *thread) readCall() {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/syscall", t.pid, t.tid))
	if err != nil {
		return
	}
	f := strings.Fields(string(b))
	if len(f) < 1+len(t.args) { // "running", or "-1" outside of any call
		return
	}
	if t.number, err = strconv.ParseUint(f[0], 10, 64); err != nil {
		return
	}
	for i := range t.args {
		if t.args[i], err = strconv.ParseUint(f[1+i], 0, 64); err != nil {
			return
		}
	}
	t.inCall = true
}

// stillAsleep reports whether the same threads exist and none of them has run
// since they were read. As each sleeps from its first reading to its second,
// all of them slept at one moment: the one between the two rounds.
func stillAsleep(threads []thread, members []Member) bool {
	now := 0
	for _, m := range members {
		entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", m.PID))
		if err != nil {
			return false
		}
		now += len(entries)
	}
	if now != len(threads) {
		return false
	}
	for _, t := range threads {
		again, ok := readStatus(t.pid, t.tid)
		if !ok || again.state != 'S' || t.state != 'S' || again.switches != t.switches {
			return false
		}
	}
	return true
}

// descriptors returns what the descriptors of a process stand for, as
// /proc/PID/fd has it: "socket:[4711]", "pipe:[12]", "/dev/null".
func descriptors(pid int) map[int]string {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	out := make(map[int]string, len(entries))
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if link, err := os.Readlink(dir + "/" + e.Name()); err == nil {
			out[fd] = link
		}
	}
	return out
}

// socketInode returns the number in "socket:[4711]".
func socketInode(link string) (uint64, bool) {
	rest, ok := strings.CutPrefix(link, "socket:[")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(rest, "]"), 10, 64)
	return n, err == nil
}
