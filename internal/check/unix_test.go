package check

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unixServer echoes at the path that is its second argument. It binds another
// name and renames it, and so stands under that in the kernel's table.
const unixServer = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[2] + ".new")
s.listen()
os.rename(sys.argv[2] + ".new", sys.argv[2])
while True:
    c, _ = s.accept()
    while data := c.recv(4096): c.sendall(data)
    c.close()
`

func onUnix(t *testing.T, server string, run func(t *T)) Report {
	if runtime.GOOS == "windows" {
		t.Skip("Python has no AF_UNIX on Windows")
	}
	requirePython(t)
	dir := t.TempDir()
	write(t, dir, "server.py", server)
	return runSuite(t, dir, Options{}, step("unix", run))
}

func TestAServerAtAPathIsWaitedForAndTalkedTo(t *testing.T) {
	var folder string
	r := onUnix(t, unixServer, func(t *T) {
		folder = t.Folder()
		p := t.Start("server", "x", filepath.Join(folder, "s"))
		p.Network, p.Address = "unix", filepath.Join(folder, "s")
		p.AwaitListening()
		big := string(make([]byte, 500_000))
		for range 2 { // over the connection that waiting made, and over a new one
			c := p.Dial()
			c.SendAlong(big)
			c.Expect(big)
			c.CloseWrite()
			c.ExpectEnd()
		}
		p.Settle() // it waits in accept
	})
	require.Equal(t, Passed, r.Verdict, "%v", r.Steps[0].Cause)
	_, err := os.Stat(folder)
	assert.ErrorIs(t, err, os.ErrNotExist, "the folder goes with the step")
}

func TestAServerThatEndsOrNeverListensAtAPathIsTold(t *testing.T) {
	for server, want := range map[string]Kind{
		"import sys; sys.exit('no')":      KindExitedEarly,
		"import time; time.sleep(1000)":   KindNeverListened,
		unixServer + "\n# another name\n": KindNeverListened,
	} {
		r := onUnix(t, server, func(t *T) {
			dir := t.Folder()
			p := t.Start("server", "x", filepath.Join(dir, "s"))
			p.Network, p.Address = "unix", filepath.Join(dir, "s")
			if want == KindNeverListened && server[:1] == "\n" {
				p.Address = filepath.Join(dir, "other")
			}
			p.AwaitListening()
		})
		require.Equal(t, Failed, r.Verdict, server)
		assert.Equal(t, want, r.Steps[0].Cause.Kind, server)
	}
}

func TestListensOrEnds(t *testing.T) {
	for server, want := range map[string]bool{unixServer: true, "import sys; sys.exit('no')": false} {
		r := onUnix(t, server, func(t *T) {
			path := filepath.Join(t.Folder(), "s")
			p := t.Start("server", "x", path)
			p.Network, p.Address = "unix", path
			assert.Equal(t, want, p.ListensOrEnds())
			if !want {
				p.ExpectExitStatus(1)
			}
			t.Prove()
		})
		assert.Equal(t, Passed, r.Verdict, "%v", r.Steps[0].Cause)
	}
}

func TestExpectExitStatusWantsJustThatOne(t *testing.T) {
	r := onUnix(t, "import sys; sys.exit('no')", func(t *T) { t.Start("server").ExpectExitStatus(2) })
	require.Equal(t, Failed, r.Verdict)
	assert.Equal(t, "the server ended with status 1; expected status 2", r.Steps[0].Cause.Message)
}
