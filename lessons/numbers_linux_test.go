package lessons_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/lab"
)

func TestLessonsHaveTheNumbersOfTheKernel(t *testing.T) {
	l, err := lab.Open(t.Context(), lab.Config{Isolation: lab.TwoHosts})
	if err != nil {
		t.Skip(err) // this machine's own network may have been told something else
	}
	defer func() { assert.NoError(t, l.Close()) }()
	kernelSays := func(t *testing.T, name string) []string {
		t.Helper()
		p, err := l.Client().Start(t.Context(), lab.Command{Name: "cat", Path: "/bin/cat", Args: []string{filepath.Join("/proc/sys/net", name)}})
		require.NoError(t, err)
		exit, err := p.Wait(t.Context())
		require.NoError(t, err)
		require.True(t, exit.OK(), "%s", p.Stderr())
		return strings.Fields(p.Stdout().String())
	}
	lent := kernelSays(t, "ipv4/ip_local_port_range")
	require.Len(t, lent, 2)
	says(t, "ports", "Linux lends %s to %s unless told otherwise", lent[0], lent[1])
	says(t, "ports", "ports below %s take root", kernelSays(t, "ipv4/ip_unprivileged_port_start")[0])
	says(t, "tcp-chat", "on Linux %s since version 5.4", thousands(t, kernelSays(t, "core/somaxconn")[0]))

	says(t, "tcp-vs-udp", "With one byte more than %s this fails", thousands(t, fmt.Sprint(longestDatagram(t))))
}

// longestDatagram returns how many bytes the kernel sends in one at most.
func longestDatagram(t *testing.T) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	defer unix.Close(fd)
	loopback := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	require.NoError(t, unix.Bind(fd, loopback))
	self, err := unix.Getsockname(fd)
	require.NoError(t, err)
	for n := math.MaxUint16; n > 0; n-- {
		if err := unix.Sendto(fd, make([]byte, n), 0, self); err == nil {
			return n
		}
		require.NoError(t, err)
	}
	return 0
}

func thousands(t *testing.T, n string) string {
	t.Helper()
	require.Greater(t, len(n), 3)
	return n[:len(n)-3] + "," + n[len(n)-3:]
}

func TestSocketAddressesHaveTheFieldsThatTheLessonSays(t *testing.T) {
	var path unix.RawSockaddrUnix
	var ip4 unix.RawSockaddrInet4
	var ip6 unix.RawSockaddrInet6
	says(t, "socket-families", "path ......................... %d bytes", len(path.Path))
	says(t, "socket-families", "family │ port %d │ IPv4 address %d │ filler %d", unsafe.Sizeof(ip4.Port), len(ip4.Addr), len(ip4.Zero))
	says(t, "socket-families", "family │ port %d │ flow %d │ IPv6 address %d │ scope %d",
		unsafe.Sizeof(ip6.Port), unsafe.Sizeof(ip6.Flowinfo), len(ip6.Addr), unsafe.Sizeof(ip6.Scope_id))
	says(t, "socket-families", "so %d and 103 are what you may count on", len(path.Path)-1)

	long := filepath.Join(t.TempDir(), strings.Repeat("x", 120))
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	defer unix.Close(fd)
	require.Error(t, unix.Bind(fd, &unix.SockaddrUnix{Name: long}), "it is longer than sun_path")
	assert.NoFileExists(t, long)
}

// TestATerminalGivesALineOfTheLengthThatTheTaskSays holds what the task of
// tcp-chat says of lines that are typed.
func TestATerminalGivesALineOfTheLengthThatTheTaskSays(t *testing.T) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	defer master.Close()
	require.NoError(t, unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	typed, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	defer typed.Close()

	_, err = master.WriteString(strings.Repeat("x", 5000) + "\n")
	require.NoError(t, err)
	line := make([]byte, 10_000)
	size, err := typed.Read(line)
	require.NoError(t, err)
	l, err := load(t).Find("tcp-chat")
	require.NoError(t, err)
	task, err := l.Task()
	require.NoError(t, err)
	assert.Contains(t, strings.Join(strings.Fields(task), " "),
		fmt.Sprintf("on Linux no more than %s bytes of it", thousands(t, fmt.Sprint(size-len("\n")))))
}
