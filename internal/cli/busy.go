package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
)

// busyEnv marks an execution of ours that does nothing but keep a processor busy.
const busyEnv = "LEARNNET_BUSY"

// spin turns this process into one that keeps a processor busy until its
// standard input ends, if it was started for that.
func spin() {
	if os.Getenv(busyEnv) == "" {
		return
	}
	go func() {
		// Whatever ends the reading, the one who started us is gone.
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for sum := [sha256.Size]byte{}; ; {
		sum = sha256.Sum256(sum[:])
	}
}

// keepBusy keeps every processor busy with a program of its own until ctx is
// done, idle is called, or this process ends in any way.
func keepBusy(ctx context.Context) (idle func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find our own executable: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var started []*exec.Cmd
	idle = func() {
		cancel()
		for _, c := range started {
			_ = c.Wait() // killed
		}
	}
	for range runtime.NumCPU() {
		c := exec.CommandContext(ctx, self)
		c.Env = append(os.Environ(), busyEnv+"=1", "GOMAXPROCS=2")
		if _, err := c.StdinPipe(); err != nil {
			idle()
			return nil, fmt.Errorf("keep the processors busy: %w", err)
		}
		if err := c.Start(); err != nil {
			idle()
			return nil, fmt.Errorf("keep the processors busy: %w", err)
		}
		started = append(started, c)
	}
	return idle, nil
}
