//go:build unix

package socketfamilies

import (
	"net"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestTheLimitIsTheSystems holds what the lesson and the task say of the room
// for a path against the system's own structure and its kernel.
func TestTheLimitIsTheSystems(t *testing.T) {
	room := len(unix.RawSockaddrUnix{}.Path)
	assert.Equal(t, longest()+1, room, "sun_path, with a NUL behind the path")
	switch runtime.GOOS {
	case "linux":
		assert.Equal(t, 108, room)
	case "darwin":
		assert.Equal(t, 104, room)
	}
	// Without a long name in front, as under macOS's TMPDIR.
	t.Chdir(t.TempDir())
	for _, n := range []int{longest(), longest() + 1} {
		name := make([]byte, n)
		for i := range name {
			name[i] = 's'
		}
		l, err := net.Listen("unix", string(name))
		if n > longest() {
			require.Error(t, err, "%d bytes", n)
			continue
		}
		require.NoError(t, err, "%d bytes", n)
		require.NoError(t, l.Close())
	}
}
