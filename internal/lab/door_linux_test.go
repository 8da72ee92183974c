package lab

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// openDoor opens a lab with a door, and returns it as those outside find it.
func openDoor(t *testing.T, timeline *trace.Timeline) (d *Door, folder string, r Running) {
	t.Helper()
	l := openLab(t, Config{Isolation: TwoHosts, Timeline: timeline})
	// Longer than the address of a socket may be.
	folder = filepath.Join(t.TempDir(), strings.Repeat("long", 30), "labs")
	d, err := l.OpenDoor(folder)
	require.NoError(t, err)
	t.Cleanup(d.Close)
	running, err := RunningLabs(folder)
	require.NoError(t, err)
	require.Len(t, running, 1)
	assert.Equal(t, os.Getpid(), running[0].PID)
	return d, folder, running[0]
}

// enterShell runs text on the server and returns its status and what it prints
// there.
func enterShell(t *testing.T, r Running, text string) (int, string, error) {
	t.Helper()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	defer reader.Close()
	nothing, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer nothing.Close()
	status, err := r.Enter(Entry{Host: trace.Server, In: nothing, Out: writer, Err: writer,
		Command: Command{Name: "shell", Path: "/bin/sh", Args: []string{"-c", text}, Dir: "/", Env: []string{"WORD=given"}}})
	writer.Close()
	printed, readErr := io.ReadAll(reader)
	require.NoError(t, readErr)
	return status, string(printed), err
}

func TestEnterRunsOnTheHostAndTellsTheStatus(t *testing.T) {
	timeline := trace.New()
	_, _, r := openDoor(t, timeline)
	status, printed, err := enterShell(t, r, "echo $WORD; pwd; hostname; echo trouble >&2; exit 3")
	require.NoError(t, err)
	assert.Equal(t, 3, status)
	assert.Equal(t, "given\n/\nserver\ntrouble\n", printed)

	status, _, err = enterShell(t, r, "kill -SEGV $$")
	require.NoError(t, err)
	assert.Equal(t, 128+int(unix.SIGSEGV), status)

	var starts, ends int
	for _, e := range timeline.Events() {
		require.Equal(t, trace.KindProcess, e.Kind, "what passes through the visitor's streams is not the lab's")
		assert.Equal(t, trace.Server, e.Host)
		if e.Process.Exit == nil {
			starts++
		} else {
			ends++
		}
	}
	assert.Equal(t, 2, starts)
	assert.Equal(t, 2, ends)
}

func TestEnterTellsWhatCannotBeRun(t *testing.T) {
	_, _, r := openDoor(t, nil)
	nothing, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	require.NoError(t, err)
	defer nothing.Close()
	_, err = r.Enter(Entry{Host: trace.Server, In: nothing, Out: nothing, Err: nothing,
		Command: Command{Name: "none", Path: "/no/such/program", Dir: "/"}})
	assert.ErrorIs(t, err, unix.ENOENT)
	assert.ErrorContains(t, err, "/no/such/program")
}

// What a program leaves in the background would hold the pipe open: that the
// pipe ends means that it is dead.
func TestWhatWasEnteredEndsWithTheProgram(t *testing.T) {
	_, _, r := openDoor(t, nil)
	status, printed, err := enterShell(t, r, "trap '' HUP; sleep 1000 & setsid sleep 1000 & echo done")
	require.NoError(t, err)
	assert.Zero(t, status)
	assert.Equal(t, "done\n", printed)
}

func TestAClosedDoorSendsVisitorsHome(t *testing.T) {
	d, folder, r := openDoor(t, nil)
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	defer reader.Close()
	result := make(chan error, 1)
	go func() {
		_, err := r.Enter(Entry{Host: trace.Client, In: writer, Out: writer, Err: writer,
			Command: Command{Name: "sleeper", Path: "/bin/sh", Args: []string{"-c", "echo here; exec sleep 1000"}, Dir: "/"}})
		writer.Close()
		result <- err
	}()
	here := make([]byte, len("here\n"))
	_, err = io.ReadFull(reader, here)
	require.NoError(t, err)
	d.Close()
	assert.ErrorIs(t, <-result, ErrClosed)
	_, err = io.Copy(io.Discard, reader)
	require.NoError(t, err)

	running, err := RunningLabs(folder)
	require.NoError(t, err)
	assert.Empty(t, running)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestADoorWantsAFolderOfItsOwn(t *testing.T) {
	l := openLab(t, Config{Isolation: TwoHosts})
	open, own := t.TempDir(), filepath.Join(t.TempDir(), "own")
	require.NoError(t, os.Chmod(open, 0o755))
	_, err := l.OpenDoor(open)
	require.ErrorContains(t, err, "is open to others")
	_, err = l.OpenDoor()
	require.Error(t, err)

	d, err := l.OpenDoor(open, own)
	require.NoError(t, err)
	defer d.Close()
	info, err := os.Stat(own)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	info, err = os.Stat(d.path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestASocketWithoutALabIsTakenAway(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o700))
	ended := filepath.Join(folder, "2147483647") // more than a process number can be
	stranger := filepath.Join(folder, "notes.txt")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: ended})
	require.NoError(t, err)
	l.SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
	require.NoError(t, os.WriteFile(stranger, nil, 0o600))

	running, err := RunningLabs(folder, filepath.Join(folder, "none"))
	require.NoError(t, err)
	assert.Empty(t, running)
	assert.NoFileExists(t, ended)
	assert.FileExists(t, stranger)
}

func TestADoorRefusesWhatItDoesNotUnderstand(t *testing.T) {
	_, _, r := openDoor(t, nil)
	for name, m := range map[string]message{
		"another operation": {Op: opSockets, Host: trace.Server},
		"no streams":        {Op: opStart, Host: trace.Server, Command: &Command{Path: "/bin/true"}},
		"no command":        {Op: opStart, Host: trace.Server, files: []*os.File{os.Stdin, os.Stdin, os.Stdin}},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := r.dial()
			require.NoError(t, err)
			defer conn.Close()
			c := &control{conn: conn}
			require.NoError(t, c.write(m))
			answer, err := c.read()
			require.NoError(t, err)
			require.NotNil(t, answer.Fail)
			assert.Contains(t, answer.Fail.Text, "doesn't understand")
		})
	}
}

func TestPingNeedsNoPrivileges(t *testing.T) {
	var proc unix.Statfs_t
	require.NoError(t, unix.Statfs("/proc/sys/net", &proc))
	if proc.Flags&unix.ST_RDONLY != 0 {
		t.Skip("the kernel's settings can't be changed in this container")
	}
	l := openLab(t, Config{Isolation: TwoHosts})
	// What ping does without privileges (icmp(7)): a socket that the kernel
	// gives to groups in ping_group_range only.
	p := startPython(t, l, `s = socket.socket(type=socket.SOCK_DGRAM, proto=socket.IPPROTO_ICMP)
s.sendto(b"\x08\0\0\0\0\0\0\1hello", ("10.0.0.1", 0))
print(s.recv(100)[8:])`)
	_, err := p.Wait(within(t))
	require.NoError(t, err)
	assert.Equal(t, "b'hello'\n", p.Stdout().String(), "%s", p.Stderr())
}
