package socketfamilies

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPadMakesAPathOfJustThatLength(t *testing.T) {
	dir := t.TempDir()
	path := pad(dir, 150)
	assert.Len(t, path, 150)
	assert.Equal(t, dir, filepath.Dir(path))
}

// TestAStaleSocketRefuses holds what the steps build on: such a file stays, is
// a socket, and nobody is there.
func TestAStaleSocketRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	stale(nil, "s")
	info, err := os.Lstat("s")
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSocket)
	_, err = net.Dial("unix", "s")
	assert.Error(t, err)
	_, err = net.Listen("unix", "s")
	assert.Error(t, err, "bind never replaces a file")
}
