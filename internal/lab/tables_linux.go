package lab

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
)

// tables are those that one host's kernel keeps under /proc/net
// (proc_pid_net(5)). An open file stays with the network namespace in which it
// was opened, so that any thread can read it.
type tables map[string]*os.File

// openTables opens those of the calling thread's network namespace.
func openTables() (tables, error) {
	t := make(tables)
	for _, name := range []string{"unix", "dev", "snmp", "netstat", "snmp6"} {
		f, err := os.Open("/proc/thread-self/net/" + name)
		if errors.Is(err, fs.ErrNotExist) && name == "snmp6" {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, fmt.Errorf("open the kernel's tables: %w", err)
		}
		t[name] = f
	}
	return t, nil
}

// read returns what a table says now; of one that the kernel doesn't have, nothing.
func (t tables) read(name string) (string, error) {
	f, ok := t[name]
	if !ok {
		return "", nil
	}
	b, err := io.ReadAll(io.NewSectionReader(f, 0, math.MaxInt64))
	return string(b), err
}
