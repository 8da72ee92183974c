package lab

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// TestClosedLabLeavesNothing opens and closes labs in which something has
// happened, and looks for what they left.
func TestClosedLabLeavesNothing(t *testing.T) {
	cycles := 500
	if testing.Short() {
		cycles = 50
	}
	for _, isolation := range []Isolation{TwoHosts, Loopback} {
		t.Run(string(isolation), func(t *testing.T) {
			useLab(t, isolation, true) // what is made once and kept, is made now
			before := openFiles(t)
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			for i := range cycles {
				useLab(t, isolation, i%10 == 0)
			}
			assert.Equal(t, before, openFiles(t), "open files")
			assert.Empty(t, children(), "child processes")
		})
	}
}

func useLab(t *testing.T, isolation Isolation, fully bool) {
	t.Helper()
	ctx := context.Background()
	l, err := Open(ctx, Config{Isolation: isolation})
	if isolation == TwoHosts && err != nil {
		t.Skipf("this machine has no two hosts: %v", err)
	}
	require.NoError(t, err)
	if fully {
		p, err := l.Server().Start(ctx, Command{Name: "sleeper", Path: "sleep", Args: []string{"1000"}})
		require.NoError(t, err)
		addr, err := l.Server().Addr(9000)
		require.NoError(t, err)
		ln, err := l.Server().Listen(ctx, "tcp", addr.String())
		require.NoError(t, err)
		c, err := l.Client().Dial(ctx, "tcp", addr.String())
		require.NoError(t, err)
		require.NoError(t, c.Close())
		via, err := l.Server().Reach(9000)
		require.NoError(t, err)
		c, err = l.Client().Dial(ctx, "tcp", via.String())
		require.NoError(t, err)
		_, err = c.Write([]byte("x"))
		require.NoError(t, err)
		require.NoError(t, c.Close())
		require.NoError(t, ln.Close())
		require.NotEmpty(t, p.Members())
	}
	require.NoError(t, l.Close())
}

// openFiles counts our descriptors.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return len(entries)
}

func children() (out []processRow) {
	for _, row := range processTable() {
		if row.parent == os.Getpid() {
			out = append(out, row)
		}
	}
	return out
}

// holdLab opens a lab, starts a program that tries to stay, tells the process
// numbers of all, and waits for its end. It never returns.
func holdLab(mode string) {
	l, err := Open(context.Background(), Config{Isolation: TwoHosts})
	if err != nil {
		fmt.Println("unavailable", err)
		os.Exit(0)
	}
	p, err := l.Server().Start(context.Background(), Command{Name: "stayer", Path: "sh",
		Args: []string{"-c", "trap '' TERM HUP; setsid sleep 1000 & sleep 1000 & echo up; wait"}})
	if err != nil {
		panic(err)
	}
	p.Stdout().Until(context.Background(), func(b []byte) bool { return len(b) > 0 })
	pids := []string{"pids", strconv.Itoa(l.back.(*twoHosts).agent.Process.Pid)}
	for len(p.Members()) < 3 {
		time.Sleep(time.Millisecond) // until both sleeps are there
	}
	for _, m := range p.Members() {
		pids = append(pids, strconv.Itoa(m.PID))
	}
	fmt.Println(strings.Join(pids, " "))
	_, _ = os.Stdin.Read(make([]byte, 1))
	if mode == "panic" {
		panic("the end")
	}
	select {}
}

func TestLabIsGoneWhenItsHolderDies(t *testing.T) {
	for _, end := range []string{"killed", "panic"} {
		t.Run(end, func(t *testing.T) {
			holder := exec.Command(os.Args[0])
			holder.Env = append(os.Environ(), holderEnv+"="+end)
			in, err := holder.StdinPipe()
			require.NoError(t, err)
			out, err := holder.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, holder.Start())
			defer func() { _ = holder.Process.Kill(); _ = holder.Wait() }()
			line, err := bufio.NewReader(out).ReadString('\n')
			require.NoError(t, err)
			words := strings.Fields(line)
			if words[0] == "unavailable" {
				t.Skipf("this machine has no two hosts: %s", line)
			}
			require.GreaterOrEqual(t, len(words), 5, "agent, shell and two sleeps: %s", line)
			var fds []unix.PollFd
			for _, word := range words[1:] {
				pid, err := strconv.Atoi(word)
				require.NoError(t, err)
				require.True(t, alive(pid), "process %d", pid)
				fd, err := unix.PidfdOpen(pid, 0)
				require.NoError(t, err)
				defer unix.Close(fd)
				fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
			}
			if end == "killed" {
				require.NoError(t, holder.Process.Kill())
			} else {
				require.NoError(t, in.Close())
			}
			for i := range fds {
				assert.Equal(t, 1, pollEnd(t, fds[i:i+1]), "process %s lives on", words[1+i])
			}
		})
	}
}

// pollEnd waits for the end of a process.
func pollEnd(t *testing.T, fd []unix.PollFd) int {
	t.Helper()
	for {
		n, err := unix.Poll(fd, int(patience/time.Millisecond))
		if err == unix.EINTR {
			continue
		}
		require.NoError(t, err)
		return n
	}
}
