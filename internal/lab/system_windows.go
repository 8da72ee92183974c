package lab

import (
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/learnnet/learnnet/internal/trace"
)

// setApart starts the program in a process group of its own: Ctrl-C at the
// console is for us, who then kill it.
func setApart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// withoutReuse has nothing to do: Go leaves SO_REUSEADDR alone here.
func withoutReuse(string, string, syscall.RawConn) error { return nil }

func killTree(_ int, tree []processRow) {
	for _, row := range tree {
		if p, err := os.FindProcess(row.pid); err == nil {
			_ = p.Kill() // gone is what we want
			_ = p.Release()
		}
	}
}

func exitOf(s *os.ProcessState) trace.Exit {
	return trace.Exit{Status: s.ExitCode()}
}

// processTable returns what runs on this machine, nothing if Windows won't say.
func processTable() []processRow {
	snap, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil
	}
	defer windows.CloseHandle(snap)
	var out []processRow
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snap, &entry); err == nil; err = windows.Process32Next(snap, &entry) {
		out = append(out, processRow{pid: int(entry.ProcessID), parent: int(entry.ParentProcessID),
			name: windows.UTF16ToString(entry.ExeFile[:])})
	}
	return out
}

func (r processRow) commandLine() string { return r.name }

// inEnvironment knows nothing: Windows shows no other process's environment.
// There a process keeps its parent's number for good.
func inEnvironment(int, string) bool { return false }
